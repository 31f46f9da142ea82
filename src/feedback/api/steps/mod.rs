//! The actions: one request each, and the feedback as it then is.

mod endings;
mod handling;
mod ownership;
mod plans;
mod results;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the actions.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(ownership::dispatch_feedback)
        .service(ownership::transfer_feedback)
        .service(ownership::return_feedback)
        .service(ownership::accept_feedback)
        .service(handling::ask_customer)
        .service(handling::record_customer_answer)
        .service(handling::hold_feedback)
        .service(handling::resume_feedback)
        .service(plans::submit_plan)
        .service(plans::withdraw_plan)
        .service(plans::approve_plan)
        .service(plans::reject_plan)
        .service(results::reply_to_feedback)
        .service(results::report_delivery)
        .service(results::confirm_feedback)
        .service(results::offer_alternative)
        .service(results::escalate_feedback)
        .service(results::reopen_feedback)
        .service(endings::merge_feedback)
        .service(endings::cancel_feedback)
        .service(endings::conclude_feedback)
        .service(handling::note_progress)
        .service(handling::set_feedback_priority);
}
