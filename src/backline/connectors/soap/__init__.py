"""SOAP services as systems of record: operations of a WSDL, by zeep."""
