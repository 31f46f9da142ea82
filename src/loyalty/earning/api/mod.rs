//! Earning rules over HTTP.

mod events;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of earning rules.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(rules::create_earning_rule)
        .service(rules::list_earning_rules)
        .service(rules::get_earning_rule)
        .service(rules::update_earning_rule)
        .service(rules::deactivate_earning_rule)
        .service(rules::activate_earning_rule)
        .service(events::simulate_rules)
        .service(events::report_earning_event);
}
