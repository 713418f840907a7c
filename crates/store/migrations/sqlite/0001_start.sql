-- The log of every company, and the tables beside it (docs/architecture.md, "store and company").
create table tip (
    company integer primary key,
    seq     integer not null,
    hash    blob not null
) strict;

create table log (
    company   integer not null,
    first_seq integer not null,
    last_seq  integer not null,
    at        integer not null,
    "by"      text not null,
    via       text not null,
    command   text not null,
    prev      blob not null,
    hash      blob not null,
    bytes     blob not null,
    primary key (company, first_seq)
) strict, without rowid;
create unique index log_command on log (company, command);

create table staging (
    company   integer not null,
    first_seq integer not null,
    last_seq  integer not null,
    at        integer not null,
    "by"      text not null,
    via       text not null,
    command   text not null,
    prev      blob not null,
    hash      blob not null,
    bytes     blob not null,
    primary key (company, first_seq)
) strict, without rowid;

create table lease (
    company integer not null,
    name    text not null,
    holder  text not null,
    fence   integer not null,
    until   integer not null,
    primary key (company, name)
) strict, without rowid;

create table snapshot (
    company integer not null,
    version text not null,
    seq     integer not null,
    hash    blob not null,
    bytes   blob not null,
    primary key (company, version)
) strict;

create table secret (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index secret_until on secret (until) where until is not null;

create table session (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index session_until on session (until) where until is not null;

create table throttle (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index throttle_until on throttle (until) where until is not null;

create table inbox (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index inbox_until on inbox (until) where until is not null;

create table outbox (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index outbox_until on outbox (until) where until is not null;

create table body (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index body_until on body (until) where until is not null;

create table personal (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index personal_until on personal (until) where until is not null;

create table attachment (
    company integer not null,
    key     text not null,
    value   blob not null,
    until   integer,
    primary key (company, key)
) strict, without rowid;
create index attachment_until on attachment (until) where until is not null;
