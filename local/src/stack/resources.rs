//! Creates what the template describes: keys first, since tables and functions may refer to them.

use super::aws_call::AwsCaller;
use super::{keys, tables};
use crate::StartError;
use crate::template::Template;

/// Creates tables, keys and aliases, and makes every resource with a local form known to the template.
///
/// What exists already (a data folder, another engine) is taken as it is.
pub(super) async fn create(
    mut template: Template,
    aws: AwsCaller,
    api_base: String,
) -> Result<Template, StartError> {
    template.define_apis(&api_base)?;
    template.define_functions()?;
    keys::create_keys(&mut template, &aws).await?;
    keys::create_aliases(&mut template, &aws).await?;
    tables::create_tables(&mut template, &aws).await?;
    Ok(template)
}
