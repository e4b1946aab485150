create table customer (
    email text primary key check (email = lower(email)),
    name text not null,
    phone text
);
create table change (
    id integer primary key,
    key text not null unique,
    email text not null references customer (email),
    phone text,
    phone_before text,
    made_at text not null default current_timestamp
);
insert into customer (email, name, phone) values
    ('ada@example.org', 'Ada Byron', '+493012345'),
    ('grace@example.org', 'Grace Hopper', null);
