//! Written by `build.rs`: commit it, do not edit it.

#[path = "downstream/no_source_function_arn.rs"]
mod downstream_no_source_function_arn;
#[path = "downstream/role_admin.rs"]
mod downstream_role_admin;
#[path = "downstream/role_privilege_escalation.rs"]
mod downstream_role_privilege_escalation;
#[path = "downstream/role_shared.rs"]
mod downstream_role_shared;
#[path = "downstream/role_trust_too_wide.rs"]
mod downstream_role_trust_too_wide;
#[path = "downstream/role_wildcard_data_access.rs"]
mod downstream_role_wildcard_data_access;
#[path = "edge/appsync_without_waf.rs"]
mod edge_appsync_without_waf;
#[path = "edge/rest_stage_without_waf.rs"]
mod edge_rest_stage_without_waf;
#[path = "function/runtime_deprecated.rs"]
mod function_runtime_deprecated;
#[path = "function/secret_in_environment.rs"]
mod function_secret_in_environment;
#[path = "function/tracing_off.rs"]
mod function_tracing_off;
#[path = "service/code_signing_missing.rs"]
mod service_code_signing_missing;
#[path = "service/concurrency_unbounded.rs"]
mod service_concurrency_unbounded;
#[path = "service/cross_account_invoke.rs"]
mod service_cross_account_invoke;
#[path = "service/function_policy_public.rs"]
mod service_function_policy_public;
#[path = "service/function_url_permission_model.rs"]
mod service_function_url_permission_model;
#[path = "service/service_without_source.rs"]
mod service_service_without_source;
#[path = "service/source_arn_unpinned.rs"]
mod service_source_arn_unpinned;
#[path = "service/stale_source.rs"]
mod service_stale_source;
#[path = "source/access_logging_off.rs"]
mod source_access_logging_off;
#[path = "source/api_key_only_auth.rs"]
mod source_api_key_only_auth;
#[path = "source/appsync_api_key_auth.rs"]
mod source_appsync_api_key_auth;
#[path = "source/authorizer_misconfigured.rs"]
mod source_authorizer_misconfigured;
#[path = "source/function_url_unauthenticated.rs"]
mod source_function_url_unauthenticated;
#[path = "source/invoke_permission_wildcard.rs"]
mod source_invoke_permission_wildcard;
#[path = "source/private_api_policy_unpinned.rs"]
mod source_private_api_policy_unpinned;
#[path = "source/request_not_validated.rs"]
mod source_request_not_validated;
#[path = "source/rest_method_unauthenticated.rs"]
mod source_rest_method_unauthenticated;
#[path = "source/rest_policy_open.rs"]
mod source_rest_policy_open;
#[path = "source/stage_without_throttle.rs"]
mod source_stage_without_throttle;
#[path = "source/v2_route_unauthenticated.rs"]
mod source_v2_route_unauthenticated;

/// Every check, by layer and code.
#[rustfmt::skip]
pub const ALL: &[audit::Check] = &[
    edge_rest_stage_without_waf::CHECK,
    edge_appsync_without_waf::CHECK,
    source_rest_method_unauthenticated::CHECK,
    source_v2_route_unauthenticated::CHECK,
    source_appsync_api_key_auth::CHECK,
    source_api_key_only_auth::CHECK,
    source_authorizer_misconfigured::CHECK,
    source_function_url_unauthenticated::CHECK,
    source_invoke_permission_wildcard::CHECK,
    source_rest_policy_open::CHECK,
    source_private_api_policy_unpinned::CHECK,
    source_stage_without_throttle::CHECK,
    source_request_not_validated::CHECK,
    source_access_logging_off::CHECK,
    service_function_policy_public::CHECK,
    service_service_without_source::CHECK,
    service_source_arn_unpinned::CHECK,
    service_cross_account_invoke::CHECK,
    service_stale_source::CHECK,
    service_function_url_permission_model::CHECK,
    service_concurrency_unbounded::CHECK,
    service_code_signing_missing::CHECK,
    function_runtime_deprecated::CHECK,
    function_secret_in_environment::CHECK,
    function_tracing_off::CHECK,
    downstream_role_admin::CHECK,
    downstream_role_privilege_escalation::CHECK,
    downstream_role_wildcard_data_access::CHECK,
    downstream_role_shared::CHECK,
    downstream_role_trust_too_wide::CHECK,
    downstream_no_source_function_arn::CHECK,
];
