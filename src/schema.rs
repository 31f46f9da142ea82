// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    /// One row: in whose days purchase_day and usage_day are, and how far a rebuild is.
    activity_rollup (id) {
        id -> Bool,
        time_zone -> Text,
        /// The zone of the rebuild that is under way; until it is over days of both zones are there.
        building -> Nullable<Text>,
        /// Customers up to this id are rebuilt.
        position -> Nullable<Uuid>,
        built_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Which lot each debit took from, in the order of taking; over linked accounts one order.
    allocation (entry_id, ordinal) {
        entry_id -> Uuid,
        ordinal -> Int4,
        lot_id -> Uuid,
        amount -> Int8,
        restored -> Int8,
    }
}

diesel::table! {
    api_key (id) {
        id -> Uuid,
        name -> Text,
        prefix -> Text,
        key_hash -> Bytea,
        scopes -> Array<Text>,
        department_id -> Nullable<Uuid>,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        version -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    approval (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        round -> Int4,
        plan_id -> Nullable<Uuid>,
        proposer_id -> Nullable<Uuid>,
        kind -> Text,
        approver_id -> Nullable<Uuid>,
        decision -> Text,
        comment -> Nullable<Text>,
        /// As what the approver stood in the chain: head, deputy, substitute, head_above, admin.
        standing -> Nullable<Text>,
        at -> Timestamptz,
    }
}

diesel::table! {
    /// Holidays and make-up working days; a make-up day without intervals has those of the first working weekday.
    calendar_exception (calendar_id, on_date) {
        calendar_id -> Uuid,
        on_date -> Date,
        kind -> Text,
        intervals -> Nullable<Jsonb>,
        name -> Text,
    }
}

diesel::table! {
    /// Immutable snapshot of a calendar with its exceptions; running clocks keep the version they started with.
    calendar_version (id) {
        id -> Uuid,
        calendar_id -> Uuid,
        number -> Int4,
        content -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Hourly: the heads of all hash chains in one signed row, so that a removed chain shows.
    chain_anchor (id) {
        id -> Uuid,
        at -> Timestamptz,
        heads -> Jsonb,
        signature -> Bytea,
        key_id -> Uuid,
    }
}

diesel::table! {
    compensation (plan_id) {
        plan_id -> Uuid,
        feedback_id -> Uuid,
        round -> Int4,
        state -> Text,
        points -> Nullable<Int8>,
        reward_id -> Nullable<Uuid>,
        amount_minor -> Nullable<Int8>,
        currency -> Nullable<Text>,
        reverse_on_reopen -> Bool,
        additional -> Bool,
        paid_points -> Nullable<Int8>,
        paid_amount_minor -> Nullable<Int8>,
        paid_reward_id -> Nullable<Uuid>,
        issued_at -> Nullable<Timestamptz>,
        entry_id -> Nullable<Uuid>,
        reversal_id -> Nullable<Uuid>,
        /// The reward that is kept for it from the approval on.
        redemption_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// One row: a new random epoch with each change of what servers keep in memory, so that one look tells whether it is still true.
    config_epoch (id) {
        id -> Bool,
        epoch -> Uuid,
    }
}

diesel::table! {
    /// What a customer shows to get what a redemption promised.
    coupon (id) {
        id -> Uuid,
        redemption_id -> Uuid,
        /// SHA-256 of the code, which is stored nowhere.
        code_hash -> Bytea,
        /// As posted; that a lock or the coupon itself has ended is computed from the time.
        state -> Text,
        expires_at -> Nullable<Timestamptz>,
        locked_until -> Nullable<Timestamptz>,
        source_system -> Nullable<Text>,
        /// For what it was used.
        source_id -> Nullable<Text>,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        version -> Int8,
        issued_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        voided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    customer (id) {
        id -> Uuid,
        number -> Text,
        kind -> Text,
        name -> Text,
        status -> Text,
        owner_id -> Nullable<Uuid>,
        service_team_id -> Nullable<Uuid>,
        preferred_channel -> Nullable<Text>,
        lifecycle_stage -> Text,
        value_grade -> Text,
        birthday -> Nullable<Date>,
        gender -> Nullable<Text>,
        region -> Nullable<Text>,
        income_band -> Nullable<Text>,
        industry -> Nullable<Text>,
        risk_level -> Nullable<Text>,
        psychographics -> Array<Text>,
        custom -> Jsonb,
        /// Made from a bare reference by an import; its name is the reference.
        stub -> Bool,
        merged_into_id -> Nullable<Uuid>,
        /// Bigrams of name, phones and e-mails: finds every part of them.
        search -> Tsvector,
        /// Name, phones and e-mails, folded: what a search compares with, so that it finds nothing else.
        search_text -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// Brought by an import: signing up is something else.
        imported -> Bool,
    }
}

diesel::table! {
    customer_contact_point (id) {
        id -> Uuid,
        customer_id -> Uuid,
        kind -> Text,
        /// The first of a kind is the primary one.
        position -> Int2,
        value -> Text,
        normalised -> Text,
        verified_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    customer_external_ref (system, external_id) {
        system -> Text,
        external_id -> Text,
        customer_id -> Uuid,
    }
}

diesel::table! {
    /// Which customer became part of which, and which rows moved with it, so that they can move back.
    customer_merge (id) {
        id -> Uuid,
        survivor_id -> Uuid,
        merged_id -> Uuid,
        /// Ids of the rows that moved, by table.
        moved_refs -> Jsonb,
        merged_at -> Timestamptz,
        merged_by -> Nullable<Uuid>,
        undone_at -> Nullable<Timestamptz>,
        undone_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// What is to be told the customer: receipt, reminder, cancellation, merge. An integration delivers.
    customer_notice (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        kind -> Text,
        channel -> Text,
        round -> Int4,
        at -> Timestamptz,
        detail -> Jsonb,
    }
}

diesel::table! {
    customer_tag (customer_id, tag_id) {
        customer_id -> Uuid,
        tag_id -> Uuid,
        source -> Text,
        added_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    department (id) {
        id -> Uuid,
        code -> Text,
        name -> Text,
        kind -> Text,
        parent_id -> Nullable<Uuid>,
        head_id -> Nullable<Uuid>,
        deputy_id -> Nullable<Uuid>,
        calendar_id -> Nullable<Uuid>,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Who is above whom, kept by a trigger; at most eight levels, no cycles.
    department_tree (ancestor_id, descendant_id) {
        ancestor_id -> Uuid,
        descendant_id -> Uuid,
        depth -> Int4,
    }
}

diesel::table! {
    /// Who was ever given the feedback: row scope reads it.
    dispatch (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        department_id -> Uuid,
        handler_id -> Nullable<Uuid>,
        by_id -> Nullable<Uuid>,
        at -> Timestamptz,
        rule_id -> Nullable<Uuid>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// One row: up to which instant new customers were looked at; empty before the first look.
    earning_progress (id) {
        id -> Bool,
        signed_up_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// What earns points by itself; asked by position, then id.
    earning_rule (id) {
        id -> Uuid,
        code -> Text,
        name -> Text,
        trigger -> Text,
        position -> Int4,
        conditions -> Nullable<Jsonb>,
        reward -> Text,
        points -> Nullable<Int8>,
        per_minor -> Nullable<Int8>,
        currency -> Nullable<Text>,
        percent -> Nullable<Int4>,
        /// Pays more to higher tiers, by their multiplier.
        heeds_tier -> Bool,
        /// Earns alone: with no rule before it, and none after it.
        exclusive -> Bool,
        starts_at -> Nullable<Timestamptz>,
        ends_at -> Nullable<Timestamptz>,
        max_per_customer -> Nullable<Int8>,
        max_per_customer_day -> Nullable<Int8>,
        max_total -> Nullable<Int8>,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// How much of each cap of a rule is used up: of one customer on a day, of one customer, of all.
    earning_tally (id) {
        id -> Uuid,
        rule_id -> Uuid,
        customer_id -> Nullable<Uuid>,
        day -> Nullable<Date>,
        points -> Int8,
        /// The cap, or what was earned under a higher one before.
        most -> Int8,
    }
}

diesel::table! {
    escalation (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        clock_id -> Nullable<Uuid>,
        level -> Int4,
        target_id -> Nullable<Uuid>,
        at -> Timestamptz,
    }
}

diesel::table! {
    /// Where each feedback stands; what was said is in feedback_detail.
    feedback (id) {
        id -> Uuid,
        number -> Text,
        customer_id -> Nullable<Uuid>,
        channel -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        priority -> Text,
        received_at -> Timestamptz,
        registered_at -> Timestamptz,
        status -> Text,
        status_since -> Timestamptz,
        outcome -> Nullable<Text>,
        closed_at -> Nullable<Timestamptz>,
        department_id -> Nullable<Uuid>,
        handler_id -> Nullable<Uuid>,
        unrouted -> Bool,
        escalation_level -> Int4,
        max_level -> Bool,
        round -> Int4,
        parent_id -> Nullable<Uuid>,
        merged_into_id -> Nullable<Uuid>,
        waits_since -> Nullable<Timestamptz>,
        /// When the present status ends by itself: a question, a hold, a reply without an answer.
        waits_until -> Nullable<Timestamptz>,
        timed_out -> Bool,
        transfers -> Int4,
        /// The earliest due time of a clock that runs or is breached; null while all are paused.
        next_due_at -> Nullable<Timestamptz>,
        /// When the worker looks next: a threshold, a timer, a breach.
        next_check_at -> Nullable<Timestamptz>,
        owes_explanation_since -> Nullable<Timestamptz>,
        track_token_hash -> Nullable<Bytea>,
        last_seq -> Int4,
        last_hash -> Bytea,
        version -> Int8,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    /// What the customer said and how to reach them: erasure empties it and leaves the case.
    feedback_detail (feedback_id) {
        feedback_id -> Uuid,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        reply_channel -> Text,
        subtype -> Nullable<Text>,
        subject -> Nullable<Text>,
        description -> Text,
        demand -> Text,
        priority_reasons -> Array<Text>,
        safety_risk -> Bool,
        batch_problem -> Bool,
        public_opinion_risk -> Bool,
        product_ref -> Nullable<Text>,
        order_ref -> Nullable<Text>,
        custom -> Jsonb,
        registered_by -> Nullable<Uuid>,
        suggested_department_id -> Nullable<Uuid>,
        /// Words of a segmenter and bigrams of subject, description and demand.
        search -> Tsvector,
    }
}

diesel::table! {
    /// History as a hash chain; status is a fold over it. Payloads hold ids, codes, times and hashes of salted text.
    feedback_event (feedback_id, seq) {
        feedback_id -> Uuid,
        seq -> Int4,
        kind -> Text,
        from_status -> Nullable<Text>,
        to_status -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        at -> Timestamptz,
        payload -> Jsonb,
        prev_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    /// The words of an event; erasure empties them and breaks no chain.
    feedback_event_text (feedback_id, seq, name) {
        feedback_id -> Uuid,
        seq -> Int4,
        name -> Text,
        salt -> Text,
        text -> Nullable<Text>,
    }
}

diesel::table! {
    /// Where each day began in feedback_number_seq: numbers are unique per day and nobody waits for a counter.
    feedback_number_day (day) {
        day -> Date,
        base -> Int8,
    }
}

diesel::table! {
    /// Which departments were ever given the feedback, who handles it, and whom its level has called; kept by triggers.
    feedback_sight (feedback_id, viewer_id, why) {
        feedback_id -> Uuid,
        viewer_id -> Uuid,
        why -> Text,
    }
}

diesel::table! {
    handling_plan (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        round -> Int4,
        number -> Int4,
        measure -> Text,
        text -> Text,
        basis -> Text,
        proposed_by -> Uuid,
        proposed_at -> Timestamptz,
        state -> Text,
    }
}

diesel::table! {
    hold_allocation (hold_id, ordinal) {
        hold_id -> Uuid,
        ordinal -> Int4,
        lot_id -> Uuid,
        amount -> Int8,
    }
}

diesel::table! {
    /// First answers of writes that carried an Idempotency-Key; written in the same transaction as the effect.
    idempotency_record (principal_id, route, key) {
        principal_id -> Uuid,
        route -> Text,
        key -> Text,
        fingerprint -> Bytea,
        status -> Nullable<Int2>,
        etag -> Nullable<Text>,
        location -> Nullable<Text>,
        body -> Nullable<Text>,
        created_at -> Timestamptz,
        /// Answers of calls that move points are kept for ever.
        permanent -> Bool,
    }
}

diesel::table! {
    import (id) {
        id -> Uuid,
        kind -> Text,
        format -> Text,
        file_name -> Nullable<Text>,
        file_bytes -> Int8,
        mapping -> Jsonb,
        defaults -> Jsonb,
        status -> Text,
        /// The present pass checks everything and undoes it.
        preview -> Bool,
        dry_run -> Bool,
        failure -> Nullable<Text>,
        rows_total -> Int4,
        rows_done -> Int4,
        rows_failed -> Int4,
        /// Where the next row begins; written in the transaction of the rows before it.
        position_bytes -> Int8,
        position_line -> Int8,
        created_by_kind -> Text,
        created_by -> Uuid,
        /// With created_by and department_id: in whose name the rows are stored.
        role -> Text,
        department_id -> Nullable<Uuid>,
        request_id -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        /// Whether imported orders earn points as others do.
        run_rules -> Bool,
    }
}

diesel::table! {
    /// The file as it came, in pieces of one size; they arrive before their import, and go when it ends.
    import_chunk (import_id, number) {
        import_id -> Uuid,
        number -> Int4,
        content -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    import_error (import_id, row_number, seq) {
        import_id -> Uuid,
        row_number -> Int4,
        seq -> Int2,
        line -> Int8,
        pointer -> Text,
        code -> Text,
        detail_en -> Text,
        detail_zh -> Text,
    }
}

diesel::table! {
    /// Which row became what.
    import_result (import_id, row_number) {
        import_id -> Uuid,
        row_number -> Int4,
        subject_id -> Uuid,
    }
}

diesel::table! {
    interaction (id) {
        id -> Uuid,
        customer_id -> Nullable<Uuid>,
        feedback_id -> Nullable<Uuid>,
        channel -> Text,
        direction -> Text,
        kind -> Text,
        summary -> Text,
        sentiment -> Nullable<Numeric>,
        occurred_at -> Timestamptz,
        staff_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Background work. A worker claims a row with a lease; its result counts only while the lease is its own.
    job (id) {
        id -> Uuid,
        kind -> Text,
        subject -> Text,
        payload -> Jsonb,
        run_at -> Timestamptz,
        /// Asked for again while it was running: the end of that run begins the next.
        again_at -> Nullable<Timestamptz>,
        attempts -> Int4,
        lease -> Nullable<Uuid>,
        leased_until -> Nullable<Timestamptz>,
        done_at -> Nullable<Timestamptz>,
        parked_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Append-only, one hash chain an account. A reversal is an entry; nothing is ever changed.
    ledger_entry (id) {
        id -> Uuid,
        account_id -> Uuid,
        seq -> Int8,
        kind -> Text,
        amount -> Int8,
        source_system -> Nullable<Text>,
        source_id -> Nullable<Text>,
        /// The earning rule; "manual" where no rule earned it.
        rule -> Nullable<Text>,
        reverses_id -> Nullable<Uuid>,
        /// Joins the entries of linked accounts that one command made.
        group_id -> Nullable<Uuid>,
        lot_id -> Nullable<Uuid>,
        hold_id -> Nullable<Uuid>,
        debt_part -> Int8,
        /// How much of what a reversal wanted was left with the customer.
        waived -> Int8,
        /// How much of the original this reversal was asked to take back.
        requested -> Nullable<Int8>,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        idempotency_key -> Nullable<Text>,
        occurred_at -> Timestamptz,
        recorded_at -> Timestamptz,
        /// What the customer, linked accounts included, could spend after this entry.
        available_after -> Int8,
        pending_after -> Int8,
        held_after -> Int8,
        debt_after -> Int8,
        reason_hash -> Nullable<Text>,
        prev_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    /// The words of an entry; erasure empties them and breaks no chain.
    ledger_entry_text (entry_id) {
        entry_id -> Uuid,
        salt -> Text,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// Each attempt reserves its place before its password is looked at; success gives the place back.
    login_failure (id) {
        id -> Uuid,
        account_hash -> Bytea,
        network -> Text,
        at -> Timestamptz,
        pending -> Bool,
    }
}

diesel::table! {
    /// One row: how points are earned, kept, spent and taken back.
    loyalty_program (id) {
        id -> Bool,
        code -> Text,
        name -> Text,
        unit_name -> Text,
        unit_name_zh -> Text,
        time_zone -> Text,
        points_per_currency_unit -> Int4,
        rounding -> Text,
        validity -> Text,
        activation -> Text,
        consumption_order -> Text,
        reversal_policy -> Text,
        reinstate_grace_days -> Int4,
        min_redeem -> Int8,
        max_redeem_percent -> Int4,
        adjustment_limit -> Nullable<Int8>,
        transfer_daily_limit -> Nullable<Int8>,
        value_minor_per_1000_points -> Int8,
        version -> Int8,
        updated_at -> Timestamptz,
        qualify_on -> Text,
        qualifying_window -> Text,
        tier_grace_days -> Int4,
        tier_downgrade -> Text,
        tier_notice_days -> Array<Int4>,
    }
}

diesel::table! {
    notification (id) {
        id -> Uuid,
        staff_id -> Uuid,
        kind -> Text,
        feedback_id -> Nullable<Uuid>,
        dedupe_key -> Nullable<Text>,
        detail -> Jsonb,
        at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Append-only: purchases and refunds. Money is in minor units, never negative; the kind gives the sign.
    order_event (id) {
        id -> Uuid,
        /// As recorded; where that customer became part of another, reads of the other show it.
        customer_id -> Uuid,
        kind -> Text,
        refund_of_id -> Nullable<Uuid>,
        occurred_at -> Timestamptz,
        channel -> Text,
        place -> Nullable<Text>,
        currency -> Text,
        revenue_minor -> Int8,
        /// What is known of the cost of the goods.
        cost_minor -> Int8,
        /// The revenue of the lines whose cost is not known.
        uncosted_minor -> Int8,
        external_system -> Nullable<Text>,
        external_id -> Nullable<Text>,
        recorded_by_kind -> Text,
        recorded_by -> Nullable<Uuid>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    /// Append-only: what an order is made of, in its order.
    order_line (order_id, position) {
        order_id -> Uuid,
        position -> Int4,
        product -> Text,
        category -> Text,
        quantity -> Int8,
        revenue_minor -> Int8,
        /// Empty where the cost of the goods is not known.
        cost_minor -> Nullable<Int8>,
    }
}

diesel::table! {
    /// How much of each purchase was refunded: never more than it was.
    order_refunded (order_id) {
        order_id -> Uuid,
        revenue_minor -> Int8,
        refunded_minor -> Int8,
        refunds -> Int4,
    }
}

diesel::table! {
    /// Where each account stands as of its last entry; the entries are the truth, this is their sum.
    points_account (id) {
        id -> Uuid,
        /// Empty after erasure: the account stays under an id that says nothing.
        customer_id -> Nullable<Uuid>,
        /// The account of the customer that this one became a part of; else its own.
        group_id -> Uuid,
        /// How many accounts name this one as their group, itself included.
        members -> Int4,
        seq -> Int8,
        head -> Bytea,
        recorded_at -> Timestamptz,
        balance -> Int8,
        free -> Int8,
        pending -> Int8,
        held -> Int8,
        debt -> Int8,
        lifetime_earned -> Int8,
        /// Nothing activates, expires or ends before this instant.
        next_event_at -> Nullable<Timestamptz>,
        /// Its qualifying points are not more than this.
        earned_bound -> Int8,
        /// Below this many qualifying points the tier stays; empty when none is above.
        tier_next -> Nullable<Int8>,
        /// Nothing happens to the tier by itself before this instant.
        tier_due_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// An adjustment that somebody asked for and somebody else decides on.
    points_adjustment (id) {
        id -> Uuid,
        customer_id -> Uuid,
        amount -> Int8,
        reason -> Text,
        state -> Text,
        requested_by -> Nullable<Uuid>,
        requested_by_kind -> Text,
        requested_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        comment -> Nullable<Text>,
        entry_id -> Nullable<Uuid>,
        version -> Int8,
    }
}

diesel::table! {
    /// Points earned less those taken back, by local day of the program: what tiers count.
    points_earned_day (account_id, day) {
        account_id -> Uuid,
        day -> Date,
        earned -> Int8,
    }
}

diesel::table! {
    /// Points promised to a purchase that is not yet sure; ends once, by capture, release or time.
    points_hold (id) {
        id -> Uuid,
        account_id -> Uuid,
        amount -> Int8,
        captured -> Int8,
        state -> Text,
        source_system -> Text,
        source_id -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Points that came together and end together.
    points_lot (id) {
        id -> Uuid,
        account_id -> Uuid,
        source_entry_id -> Uuid,
        /// The credit whose part this lot is; another than its source where it replaces a lot that expired.
        credit_id -> Uuid,
        original -> Int8,
        remaining -> Int8,
        held -> Int8,
        expired -> Int8,
        reversal_requested -> Int8,
        reversal_done -> Int8,
        available_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        activated -> Bool,
        reinstated -> Bool,
        /// When a lot that waited for its confirmation was activated, as recorded.
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    progress_note (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        by_id -> Nullable<Uuid>,
        at -> Timestamptz,
        text -> Text,
        eta -> Nullable<Timestamptz>,
        to_customer -> Bool,
    }
}

diesel::table! {
    /// Purchases and refunds by local day of the organisation, all of a customer's merged records included. Kept in the transaction of the order; the orders are the truth, this is their sum.
    purchase_day (customer_id, currency, local_day) {
        /// The customer that stayed, never a merged one.
        customer_id -> Uuid,
        currency -> Text,
        local_day -> Date,
        purchases -> Int8,
        /// Purchases of this day that were not wholly refunded since.
        kept -> Int8,
        revenue_minor -> Int8,
        cost_minor -> Int8,
        /// The part of the revenue whose cost is not known.
        uncosted_minor -> Int8,
        /// What was refunded, on whatever day, of the purchases of this day.
        returned_minor -> Int8,
        /// Refunds made on this day, of whatever purchase.
        refunds -> Int8,
        refunded_minor -> Int8,
        refund_cost_minor -> Int8,
        refund_uncosted_minor -> Int8,
    }
}

diesel::table! {
    /// A reward for a customer, paid with points or given for a source.
    redemption (id) {
        id -> Uuid,
        reward_id -> Uuid,
        customer_id -> Uuid,
        state -> Text,
        cost -> Int8,
        /// Whether one was taken from the stock, which a cancellation puts back.
        took_stock -> Bool,
        source_system -> Nullable<Text>,
        /// For what it is given without a price.
        source_id -> Nullable<Text>,
        entry_id -> Nullable<Uuid>,
        reversal_id -> Nullable<Uuid>,
        actor_kind -> Text,
        /// Who took the last step.
        actor_id -> Nullable<Uuid>,
        version -> Int8,
        requested_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        fulfilled_at -> Nullable<Timestamptz>,
        cancelled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_token (id) {
        id -> Uuid,
        family_id -> Uuid,
        staff_id -> Uuid,
        epoch -> Int8,
        token_hash -> Bytea,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A reply without an approval of the same round cannot be stored.
    reply (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        round -> Int4,
        approval_id -> Uuid,
        approval_decision -> Text,
        channel -> Text,
        channel_reason -> Nullable<Text>,
        text -> Text,
        basis -> Text,
        sent_by -> Nullable<Uuid>,
        sent_at -> Timestamptz,
        delivery_state -> Text,
        delivered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// What the reversal of a debit gave back: to the lot it came from, or to a new one where that has expired.
    restoration (entry_id, debit_id, debit_ordinal) {
        entry_id -> Uuid,
        debit_id -> Uuid,
        debit_ordinal -> Int4,
        lot_id -> Uuid,
        amount -> Int8,
        new_lot -> Bool,
    }
}

diesel::table! {
    /// What points can be redeemed for.
    reward (id) {
        id -> Uuid,
        kind -> Text,
        name -> Text,
        description -> Nullable<Text>,
        cost -> Int8,
        /// How many are left; empty for any number.
        stock -> Nullable<Int8>,
        per_customer_limit -> Nullable<Int4>,
        minimum_tier -> Nullable<Text>,
        available_from -> Nullable<Timestamptz>,
        available_until -> Nullable<Timestamptz>,
        /// How many whole local days its coupons live; empty for ever.
        coupon_validity_days -> Nullable<Int4>,
        coupon_prefix -> Nullable<Text>,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Ordered; the first active rule whose conditions all hold takes the feedback.
    routing_rule (id) {
        id -> Uuid,
        name -> Text,
        position -> Int4,
        conditions -> Jsonb,
        department_id -> Uuid,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// One question per reply; the last answer of a round before its lock counts.
    satisfaction (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        round -> Int4,
        reply_id -> Uuid,
        asked_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
        verdict -> Nullable<Text>,
        score -> Nullable<Int2>,
        comment -> Nullable<Text>,
        recorded_by -> Nullable<Uuid>,
        evidence -> Nullable<Text>,
        handler_id -> Nullable<Uuid>,
        department_id -> Nullable<Uuid>,
        void -> Bool,
    }
}

diesel::table! {
    /// One row: one deployment serves one organisation.
    settings (id) {
        id -> Bool,
        name -> Text,
        time_zone -> Text,
        currency -> Text,
        calendar_id -> Uuid,
        auto_dispatch -> Bool,
        no_approval_types -> Array<Text>,
        reopen_window_days -> Int4,
        confirmation_hours -> Int4,
        question_reminder_hours -> Int4,
        question_timeout_days -> Int4,
        max_hold_working_days -> Int4,
        warn_at_percent -> Array<Int4>,
        ladder_percent -> Array<Int4>,
        version -> Int8,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Keys shared by all servers of this database, sealed with HEARBACK_SECRET.
    signing_key (id) {
        id -> Uuid,
        kind -> Text,
        sealed -> Bytea,
        public_key -> Nullable<Bytea>,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sla_clock (id) {
        id -> Uuid,
        feedback_id -> Uuid,
        kind -> Text,
        round -> Int4,
        seq -> Int4,
        state -> Text,
        open -> Bool,
        unit -> Text,
        budget_ms -> Int8,
        consumed_ms -> Int8,
        started_at -> Timestamptz,
        due_at -> Nullable<Timestamptz>,
        paused_at -> Nullable<Timestamptz>,
        breached_at -> Nullable<Timestamptz>,
        breach_reason -> Nullable<Text>,
        met_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        /// The clock with its segments: the truth from which the other columns are derived.
        fold -> Jsonb,
        policy_version_id -> Nullable<Uuid>,
        warned_percent -> Array<Int4>,
    }
}

diesel::table! {
    sla_policy (id) {
        id -> Uuid,
        name -> Text,
        position -> Int4,
        /// Conditions and targets, as the API shows them.
        content -> Jsonb,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Immutable text of a policy; running clocks keep the version they started with.
    sla_policy_version (id) {
        id -> Uuid,
        policy_id -> Uuid,
        number -> Int4,
        content -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    staff (id) {
        id -> Uuid,
        email -> Text,
        email_normalised -> Text,
        display_name -> Text,
        role -> Text,
        department_id -> Nullable<Uuid>,
        active -> Bool,
        capacity -> Nullable<Int4>,
        password_hash -> Text,
        /// Tokens of an older epoch are refused: it grows with password, role, department and deactivation.
        epoch -> Int8,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Out of office: half-open [from_at, to_at), with who stands in.
    staff_absence (id) {
        id -> Uuid,
        staff_id -> Uuid,
        from_at -> Timestamptz,
        to_at -> Timestamptz,
        substitute_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// History of each member of staff as a hash chain.
    staff_event (staff_id, seq) {
        staff_id -> Uuid,
        seq -> Int4,
        kind -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        at -> Timestamptz,
        payload -> Jsonb,
        prev_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    tag (id) {
        id -> Uuid,
        name -> Text,
        colour -> Nullable<Text>,
        version -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// What customers reach by their qualifying points; the lowest is everybody's.
    tier (id) {
        id -> Uuid,
        code -> Text,
        name -> Text,
        name_zh -> Text,
        rank -> Int4,
        threshold -> Int8,
        /// What earning rules that heed tiers pay, in percent of the usual.
        multiplier_percent -> Int4,
        benefits -> Array<Text>,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Who had which tier when: what was earned, and beside it what was given by hand as a floor.
    tier_membership (id) {
        id -> Uuid,
        customer_id -> Uuid,
        tier_id -> Uuid,
        state -> Text,
        since -> Timestamptz,
        /// The end that it was given; empty for the lowest tier.
        valid_until -> Nullable<Timestamptz>,
        /// When another took its place before that.
        ended_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    /// What customers are to be told of a tier that they are about to lose; integrations read it.
    tier_notice (id) {
        id -> Uuid,
        customer_id -> Uuid,
        tier_id -> Uuid,
        grace_begins_at -> Timestamptz,
        days_before -> Int4,
        points_missing -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Usage events by local day of the organisation, all of a customer's merged records included.
    usage_day (customer_id, local_day) {
        customer_id -> Uuid,
        local_day -> Date,
        events -> Int8,
    }
}

diesel::table! {
    /// Append-only: that a customer used something, which counts as activity.
    usage_event (id) {
        id -> Uuid,
        customer_id -> Uuid,
        kind -> Text,
        occurred_at -> Timestamptz,
        external_system -> Nullable<Text>,
        external_id -> Nullable<Text>,
        recorded_by_kind -> Text,
        recorded_by -> Nullable<Uuid>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    work_calendar (id) {
        id -> Uuid,
        name -> Text,
        time_zone -> Text,
        weekly -> Jsonb,
        standard_day_minutes -> Int4,
        active -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(allocation -> ledger_entry (entry_id));
diesel::joinable!(allocation -> points_lot (lot_id));
diesel::joinable!(api_key -> department (department_id));
diesel::joinable!(api_key -> staff (created_by));
diesel::joinable!(approval -> feedback (feedback_id));
diesel::joinable!(approval -> staff (approver_id));
diesel::joinable!(calendar_exception -> work_calendar (calendar_id));
diesel::joinable!(calendar_version -> work_calendar (calendar_id));
diesel::joinable!(chain_anchor -> signing_key (key_id));
diesel::joinable!(compensation -> feedback (feedback_id));
diesel::joinable!(compensation -> handling_plan (plan_id));
diesel::joinable!(compensation -> redemption (redemption_id));
diesel::joinable!(coupon -> redemption (redemption_id));
diesel::joinable!(customer -> department (service_team_id));
diesel::joinable!(customer -> staff (owner_id));
diesel::joinable!(customer_contact_point -> customer (customer_id));
diesel::joinable!(customer_external_ref -> customer (customer_id));
diesel::joinable!(customer_notice -> feedback (feedback_id));
diesel::joinable!(customer_tag -> customer (customer_id));
diesel::joinable!(customer_tag -> tag (tag_id));
diesel::joinable!(department -> work_calendar (calendar_id));
diesel::joinable!(dispatch -> department (department_id));
diesel::joinable!(dispatch -> feedback (feedback_id));
diesel::joinable!(dispatch -> routing_rule (rule_id));
diesel::joinable!(dispatch -> staff (handler_id));
diesel::joinable!(earning_tally -> customer (customer_id));
diesel::joinable!(earning_tally -> earning_rule (rule_id));
diesel::joinable!(escalation -> feedback (feedback_id));
diesel::joinable!(escalation -> sla_clock (clock_id));
diesel::joinable!(escalation -> staff (target_id));
diesel::joinable!(feedback -> customer (customer_id));
diesel::joinable!(feedback -> department (department_id));
diesel::joinable!(feedback -> staff (handler_id));
diesel::joinable!(feedback_detail -> department (suggested_department_id));
diesel::joinable!(feedback_detail -> feedback (feedback_id));
diesel::joinable!(feedback_event -> feedback (feedback_id));
diesel::joinable!(feedback_sight -> feedback (feedback_id));
diesel::joinable!(handling_plan -> feedback (feedback_id));
diesel::joinable!(handling_plan -> staff (proposed_by));
diesel::joinable!(hold_allocation -> points_hold (hold_id));
diesel::joinable!(hold_allocation -> points_lot (lot_id));
diesel::joinable!(import -> department (department_id));
diesel::joinable!(import_error -> import (import_id));
diesel::joinable!(import_result -> import (import_id));
diesel::joinable!(interaction -> customer (customer_id));
diesel::joinable!(interaction -> feedback (feedback_id));
diesel::joinable!(interaction -> staff (staff_id));
diesel::joinable!(ledger_entry -> points_account (account_id));
diesel::joinable!(ledger_entry -> points_hold (hold_id));
diesel::joinable!(ledger_entry_text -> ledger_entry (entry_id));
diesel::joinable!(notification -> feedback (feedback_id));
diesel::joinable!(notification -> staff (staff_id));
diesel::joinable!(order_event -> customer (customer_id));
diesel::joinable!(order_line -> order_event (order_id));
diesel::joinable!(order_refunded -> order_event (order_id));
diesel::joinable!(points_account -> customer (customer_id));
diesel::joinable!(points_adjustment -> customer (customer_id));
diesel::joinable!(points_adjustment -> ledger_entry (entry_id));
diesel::joinable!(points_adjustment -> staff (decided_by));
diesel::joinable!(points_earned_day -> points_account (account_id));
diesel::joinable!(points_hold -> points_account (account_id));
diesel::joinable!(points_lot -> points_account (account_id));
diesel::joinable!(progress_note -> feedback (feedback_id));
diesel::joinable!(progress_note -> staff (by_id));
diesel::joinable!(purchase_day -> customer (customer_id));
diesel::joinable!(redemption -> customer (customer_id));
diesel::joinable!(redemption -> reward (reward_id));
diesel::joinable!(refresh_token -> staff (staff_id));
diesel::joinable!(reply -> feedback (feedback_id));
diesel::joinable!(reply -> staff (sent_by));
diesel::joinable!(restoration -> ledger_entry (entry_id));
diesel::joinable!(restoration -> points_lot (lot_id));
diesel::joinable!(routing_rule -> department (department_id));
diesel::joinable!(satisfaction -> department (department_id));
diesel::joinable!(satisfaction -> feedback (feedback_id));
diesel::joinable!(satisfaction -> reply (reply_id));
diesel::joinable!(settings -> work_calendar (calendar_id));
diesel::joinable!(sla_clock -> feedback (feedback_id));
diesel::joinable!(sla_clock -> sla_policy_version (policy_version_id));
diesel::joinable!(sla_policy_version -> sla_policy (policy_id));
diesel::joinable!(staff_event -> staff (staff_id));
diesel::joinable!(tier_membership -> customer (customer_id));
diesel::joinable!(tier_membership -> tier (tier_id));
diesel::joinable!(tier_notice -> customer (customer_id));
diesel::joinable!(tier_notice -> tier (tier_id));
diesel::joinable!(usage_day -> customer (customer_id));
diesel::joinable!(usage_event -> customer (customer_id));

diesel::allow_tables_to_appear_in_same_query!(
    activity_rollup,
    allocation,
    api_key,
    approval,
    calendar_exception,
    calendar_version,
    chain_anchor,
    compensation,
    config_epoch,
    coupon,
    customer,
    customer_contact_point,
    customer_external_ref,
    customer_merge,
    customer_notice,
    customer_tag,
    department,
    department_tree,
    dispatch,
    earning_progress,
    earning_rule,
    earning_tally,
    escalation,
    feedback,
    feedback_detail,
    feedback_event,
    feedback_event_text,
    feedback_number_day,
    feedback_sight,
    handling_plan,
    hold_allocation,
    idempotency_record,
    import,
    import_chunk,
    import_error,
    import_result,
    interaction,
    job,
    ledger_entry,
    ledger_entry_text,
    login_failure,
    loyalty_program,
    notification,
    order_event,
    order_line,
    order_refunded,
    points_account,
    points_adjustment,
    points_earned_day,
    points_hold,
    points_lot,
    progress_note,
    purchase_day,
    redemption,
    refresh_token,
    reply,
    restoration,
    reward,
    routing_rule,
    satisfaction,
    settings,
    signing_key,
    sla_clock,
    sla_policy,
    sla_policy_version,
    staff,
    staff_absence,
    staff_event,
    tag,
    tier,
    tier_membership,
    tier_notice,
    usage_day,
    usage_event,
    work_calendar,
);
