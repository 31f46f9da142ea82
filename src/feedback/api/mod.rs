//! The routes of the closed loop.

mod evidence;
mod intake;
mod reads;
mod recalculate;
mod steps;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes; the fixed words come before the ids.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(intake::create_feedback)
        .service(intake::list_feedback)
        .service(intake::get_feedback_by_number)
        .service(intake::get_feedback)
        .service(intake::change_feedback)
        .service(intake::renew_track_token)
        .service(reads::list_feedback_actions)
        .service(reads::list_feedback_events)
        .service(reads::list_feedback_clocks)
        .service(reads::explain_feedback_clock)
        .service(reads::get_feedback_time_ledger)
        .service(evidence::list_feedback_plans)
        .service(evidence::list_feedback_replies)
        .service(evidence::get_feedback_evidence)
        .service(recalculate::recalculate_sla)
        .configure(steps::routes);
}
