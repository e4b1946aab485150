"""A Tryton server as system of record, over its own JSON-RPC: parties, products, sales, invoices, stock."""
