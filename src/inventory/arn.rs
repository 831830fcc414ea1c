//! Amazon Resource Names, split into their six fields.

/// A borrowed ARN. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// The service's namespace, such as `lambda`.
    pub service: &'a str,
    /// The region; empty for global objects.
    pub region: &'a str,
    /// The account; empty where the service leaves it out (S3 buckets, API Gateway).
    pub account: &'a str,
    /// Everything after the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits an ARN; nothing if the text is not one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        if fields.next() != Some("arn") {
            return None;
        }
        Some(Self {
            partition: fields.next()?,
            service: fields.next()?,
            region: fields.next()?,
            account: fields.next()?,
            resource: fields.next()?,
        })
    }

    /// The function ARN without a qualifier, if this is a Lambda function, version or alias ARN.
    pub fn unqualified_function(text: &str) -> Option<String> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "lambda")?;
        let name = arn.resource.strip_prefix("function:")?.split(':').next()?;
        let Arn { partition, region, account, .. } = arn;
        Some(format!("arn:{partition}:lambda:{region}:{account}:function:{name}"))
    }

    /// The alias or version that a Lambda function ARN names; nothing where a variable stands for it.
    pub fn function_qualifier(text: &str) -> Option<String> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "lambda")?;
        let (_, qualifier) = arn.resource.strip_prefix("function:")?.split_once(':')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "$_-".contains(c);
        (!qualifier.is_empty() && qualifier.chars().all(plain)).then(|| qualifier.into())
    }

    /// The Lambda function that an API Gateway integration or authorizer URI invokes:
    /// `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations`, or a
    /// bare function ARN.
    pub fn function_of_uri(uri: &str) -> Option<String> {
        Self::unqualified_function(invoked(uri))
    }

    /// The alias or version that such a URI names.
    pub fn qualifier_of_uri(uri: &str) -> Option<String> {
        Self::function_qualifier(invoked(uri))
    }
}

/// The function ARN in the URI of an integration or authorizer; a bare one as it is.
fn invoked(uri: &str) -> &str {
    match uri.split_once("/functions/") {
        Some((_, rest)) => rest.rsplit_once("/invocations").map_or(rest, |(arn, _)| arn),
        None => uri,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_refuses() {
        let arn = Arn::parse("arn:aws-cn:lambda:cn-north-1:111122223333:function:f:live").unwrap();
        assert_eq!((arn.partition, arn.resource), ("aws-cn", "function:f:live"));
        assert!(Arn::parse("arn:aws:lambda").is_none());
        assert!(Arn::parse("f").is_none());
    }

    #[test]
    fn finds_the_function_of_an_integration() {
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:f";
        let uri = format!(
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}:live/invocations"
        );
        assert_eq!(Arn::function_of_uri(&uri).as_deref(), Some(function));
        assert_eq!(Arn::qualifier_of_uri(&uri).as_deref(), Some("live"));
        assert_eq!(Arn::function_of_uri(function).as_deref(), Some(function));
        assert_eq!(Arn::qualifier_of_uri(function), None);
        assert_eq!(Arn::qualifier_of_uri(&format!("{function}:${{stageVariables.alias}}")), None);
        let latest = format!("{function}:$LATEST");
        assert_eq!(Arn::qualifier_of_uri(&latest).as_deref(), Some("$LATEST"));
        assert_eq!(Arn::function_of_uri("https://example.com"), None);
        assert_eq!(Arn::qualifier_of_uri("https://example.com"), None);
        assert_eq!(Arn::function_of_uri("arn:aws:apigateway:eu-west-1:sqs:path/1/q"), None);
    }
}
