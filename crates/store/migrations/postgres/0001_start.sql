-- The log of every company, and the tables beside it (docs/architecture.md, "store and company").
create table tip (
    company bigint primary key,
    seq     bigint not null,
    hash    bytea not null
);

create table log (
    company   bigint not null,
    first_seq bigint not null,
    last_seq  bigint not null,
    at        bigint not null,
    "by"      text not null,
    via       text not null,
    command   text collate "C" not null,
    prev      bytea not null,
    hash      bytea not null,
    bytes     bytea not null,
    primary key (company, first_seq)
);
create unique index log_command on log (company, command);

create table staging (
    company   bigint not null,
    first_seq bigint not null,
    last_seq  bigint not null,
    at        bigint not null,
    "by"      text not null,
    via       text not null,
    command   text collate "C" not null,
    prev      bytea not null,
    hash      bytea not null,
    bytes     bytea not null,
    primary key (company, first_seq)
);

create table lease (
    company bigint not null,
    name    text collate "C" not null,
    holder  text not null,
    fence   bigint not null,
    until   bigint not null,
    primary key (company, name)
);

create table snapshot (
    company bigint not null,
    version text not null,
    seq     bigint not null,
    hash    bytea not null,
    bytes   bytea not null,
    primary key (company, version)
);

create table secret (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index secret_until on secret (until) where until is not null;

create table session (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index session_until on session (until) where until is not null;

create table throttle (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index throttle_until on throttle (until) where until is not null;

create table inbox (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index inbox_until on inbox (until) where until is not null;

create table outbox (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index outbox_until on outbox (until) where until is not null;

create table body (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index body_until on body (until) where until is not null;

create table personal (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index personal_until on personal (until) where until is not null;

create table attachment (
    company bigint not null,
    key     text collate "C" not null,
    value   bytea not null,
    until   bigint,
    primary key (company, key)
);
create index attachment_until on attachment (until) where until is not null;
