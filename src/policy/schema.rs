//! The JSON Schema of a document, for those whose files hold documents.

use crate::Document;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

impl JsonSchema for Document {
    fn schema_name() -> Cow<'static, str> {
        "PolicyDocument".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An IAM policy document, shared secrets in its conditions masked",
            "type": "object",
            "properties": {
                "Version": { "enum": ["2008-10-17", "2012-10-17"] },
                "Id": { "type": "string" },
                "Statement": {
                    "anyOf": [
                        { "type": "object" },
                        { "type": "array", "items": { "type": "object" } }
                    ]
                }
            },
            "required": ["Statement"],
            "additionalProperties": false
        })
    }
}
