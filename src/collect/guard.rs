//! Read-only by construction: nothing but the operations of the call table leaves this process.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use inventory::CALLS;

/// Refuses every operation that the call table does not hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadOnly;

impl Intercept for ReadOnly {
    fn name(&self) -> &'static str {
        "ReadOnly"
    }

    // The first hook that knows the operation; nothing is built or sent before it.
    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let allowed = |operation: &&Metadata| {
            CALLS
                .iter()
                .any(|call| call.service() == operation.service() && call.operation() == operation.name())
        };
        match cfg.load::<Metadata>().filter(allowed) {
            Some(_) => Ok(()),
            None => Err("the operation is not in the table of reads".into()),
        }
    }
}
