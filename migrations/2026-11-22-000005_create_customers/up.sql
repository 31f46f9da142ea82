-- One view of each customer.

CREATE SEQUENCE customer_number_seq;

CREATE TABLE customer (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE DEFAULT 'CU-' || lpad(nextval('customer_number_seq')::text, 8, '0'),
    kind text NOT NULL CHECK (kind IN ('person', 'company')),
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'merged', 'erased')),
    owner_id uuid REFERENCES staff ON DELETE RESTRICT,
    service_team_id uuid REFERENCES department ON DELETE RESTRICT,
    preferred_channel text,
    lifecycle_stage text NOT NULL DEFAULT 'prospect',
    value_grade text NOT NULL DEFAULT 'ordinary' CHECK (value_grade IN ('high_value', 'potential', 'ordinary')),
    birthday date CHECK (birthday BETWEEN '1800-01-01' AND '2199-12-31'),
    gender text CHECK (gender IN ('female', 'male', 'other')),
    region text,
    income_band text,
    industry text,
    risk_level text CHECK (risk_level IN ('low', 'medium', 'high')),
    psychographics text[] NOT NULL DEFAULT '{}',
    custom jsonb NOT NULL DEFAULT '{}',
    stub boolean NOT NULL DEFAULT false,
    merged_into_id uuid REFERENCES customer ON DELETE RESTRICT,
    search tsvector NOT NULL DEFAULT '',
    search_text text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01' AND '2200-01-01'),
    updated_at timestamptz NOT NULL,
    CHECK ((status = 'merged') = (merged_into_id IS NOT NULL))
);
COMMENT ON COLUMN customer.search IS 'Bigrams of name, phones and e-mails: finds every part of them.';
COMMENT ON COLUMN customer.search_text IS 'Name, phones and e-mails, folded: what a search compares with, so that it finds nothing else.';
COMMENT ON COLUMN customer.stub IS 'Made from a bare reference by an import; its name is the reference.';
CREATE INDEX customer_created_at_idx ON customer (created_at DESC, id DESC);
CREATE INDEX customer_owner_id_idx ON customer (owner_id, created_at DESC, id DESC);
CREATE INDEX customer_service_team_id_idx ON customer (service_team_id);
CREATE INDEX customer_lifecycle_stage_idx ON customer (lifecycle_stage, created_at DESC, id DESC);
CREATE INDEX customer_value_grade_idx ON customer (value_grade, created_at DESC, id DESC);
CREATE INDEX customer_merged_into_id_idx ON customer (merged_into_id);
CREATE INDEX customer_search_idx ON customer USING gin (search);

CREATE TABLE customer_contact_point (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('phone', 'email', 'wechat', 'app', 'address')),
    position smallint NOT NULL,
    value text NOT NULL,
    normalised text NOT NULL,
    verified_at timestamptz,
    UNIQUE (customer_id, kind, normalised)
);
COMMENT ON COLUMN customer_contact_point.position IS 'The first of a kind is the primary one.';
CREATE INDEX customer_contact_point_normalised_idx ON customer_contact_point (kind, normalised);

CREATE TABLE customer_external_ref (
    system text NOT NULL CHECK (system ~ '^[a-z0-9._-]{1,64}$'),
    external_id text NOT NULL,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    PRIMARY KEY (system, external_id)
);
CREATE INDEX customer_external_ref_customer_id_idx ON customer_external_ref (customer_id);

CREATE TABLE tag (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    colour text CHECK (colour ~ '^#[0-9a-f]{6}$'),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);

CREATE TABLE customer_tag (
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    tag_id uuid NOT NULL REFERENCES tag ON DELETE RESTRICT,
    source text NOT NULL DEFAULT 'manual' CHECK (source IN ('manual', 'rule', 'import')),
    added_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (customer_id, tag_id)
);
CREATE INDEX customer_tag_tag_id_idx ON customer_tag (tag_id, customer_id);
