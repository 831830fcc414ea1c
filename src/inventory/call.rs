//! Every AWS call that the tool makes, declared once.
//!
//! From this table derive the limiter's key, the message of a gap, the interceptor's allow-list,
//! the permissions to grant and the documentation. It holds reads only.

/// The quota that a call draws on: one bucket for each account and region.
/// Rates are the published ones; `None` where AWS publishes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Lambda `GetFunction`: 100 a second.
    LambdaGetFunction,
    /// Lambda `GetPolicy`: 15 a second.
    LambdaGetPolicy,
    /// All other reads of Lambda together: 15 a second.
    LambdaRest,
    /// All of API Gateway, v1 and v2 together: 10 a second, burst 40.
    ApiGateway,
    /// API Gateway `GetResources`: 5 in 2 seconds, on top of the total.
    ApiGatewayResources,
    /// AppSync: no published rate.
    AppSync,
    /// One WAFv2 list or get action: 5 a second.
    Wafv2,
    /// WAFv2 `ListResourcesForWebACL`: 1 a second.
    Wafv2Resources,
    /// IAM: no published rate.
    Iam,
    /// Organizations: no published rate, and one limit for the whole organization.
    Organizations,
    /// STS: 600 a second.
    Sts,
    /// Account management: 5 a second.
    Account,
}

impl Bucket {
    /// Requests a second, and the burst.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>
    pub fn rate(self) -> (f64, f64) {
        match self {
            Self::LambdaGetFunction => (100.0, 100.0),
            Self::LambdaGetPolicy | Self::LambdaRest | Self::Iam => (15.0, 15.0),
            Self::ApiGateway => (10.0, 40.0),
            Self::ApiGatewayResources => (2.5, 5.0),
            Self::AppSync | Self::Wafv2 | Self::Organizations | Self::Account => (5.0, 5.0),
            Self::Wafv2Resources => (1.0, 1.0),
            Self::Sts => (600.0, 600.0),
        }
    }
}

macro_rules! calls {
    ($($(#[doc = $doc:literal])+ $name:ident = $service:literal $operation:literal, $action:literal $(at $path:literal)?, $($bucket:ident)+;)+) => {
        /// One read operation of AWS.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Call { $($(#[doc = $doc])+ $name,)+ }

        /// Every call, in the order of the table.
        pub const CALLS: &[Call] = &[$(Call::$name,)+];

        impl Call {
            /// The SDK's name of the service, as in the SDK's request metadata.
            pub fn service(self) -> &'static str {
                match self { $(Self::$name => $service,)+ }
            }

            /// The operation's name.
            pub fn operation(self) -> &'static str {
                match self { $(Self::$name => $operation,)+ }
            }

            /// The IAM action that the call needs.
            /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
            pub fn action(self) -> &'static str {
                match self { $(Self::$name => $action,)+ }
            }

            /// API Gateway's resource path, `*` for ids; nothing for other services.
            pub fn path(self) -> Option<&'static str> {
                match self { $(Self::$name => [$($path)?].first().copied(),)+ }
            }

            /// The buckets that each attempt draws on, the narrowest first.
            pub fn buckets(self) -> &'static [Bucket] {
                match self { $(Self::$name => &[$(Bucket::$bucket),+],)+ }
            }
        }
    };
}

calls! {
    /// Who we are.
    StsGetCallerIdentity = "STS" "GetCallerIdentity", "sts:GetCallerIdentity", Sts;
    /// Into the accounts of the configuration.
    StsAssumeRole = "STS" "AssumeRole", "sts:AssumeRole", Sts;
    /// The regions that the account has enabled.
    AccountListRegions = "Account" "ListRegions", "account:ListRegions", Account;
    /// Roles with their policies, in bulk.
    IamGetAccountAuthorizationDetails = "IAM" "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails", Iam;
    /// Whether the account is in an organization, and whether it manages it.
    OrganizationsDescribeOrganization = "Organizations" "DescribeOrganization", "organizations:DescribeOrganization", Organizations;
    /// The organizational units and the root above the account.
    OrganizationsListParents = "Organizations" "ListParents", "organizations:ListParents", Organizations;
    /// Service and resource control policies of the account, of a unit or of the root, 20 a page.
    OrganizationsListPoliciesForTarget = "Organizations" "ListPoliciesForTarget", "organizations:ListPoliciesForTarget", Organizations;
    /// What a control policy says.
    OrganizationsDescribePolicy = "Organizations" "DescribePolicy", "organizations:DescribePolicy", Organizations;
    /// Functions and published versions, 50 a page.
    LambdaListFunctions = "Lambda" "ListFunctions", "lambda:ListFunctions", LambdaRest;
    /// Tags and reserved concurrency, in the roomiest bucket.
    LambdaGetFunction = "Lambda" "GetFunction", "lambda:GetFunction", LambdaGetFunction;
    /// Resource policies of functions, aliases and versions.
    LambdaGetPolicy = "Lambda" "GetPolicy", "lambda:GetPolicy", LambdaGetPolicy;
    /// Aliases of a function.
    LambdaListAliases = "Lambda" "ListAliases", "lambda:ListAliases", LambdaRest;
    /// URLs of a function and its aliases, where a policy speaks of URLs.
    LambdaListFunctionUrlConfigs = "Lambda" "ListFunctionUrlConfigs", "lambda:ListFunctionUrlConfigs", LambdaRest;
    /// Event source mappings of the region, 100 a page.
    LambdaListEventSourceMappings = "Lambda" "ListEventSourceMappings", "lambda:ListEventSourceMappings", LambdaRest;
    /// Code-signing configurations of the region.
    LambdaListCodeSigningConfigs = "Lambda" "ListCodeSigningConfigs", "lambda:ListCodeSigningConfigs", LambdaRest;
    /// Functions that a code-signing configuration is attached to.
    LambdaListFunctionsByCodeSigningConfig = "Lambda" "ListFunctionsByCodeSigningConfig", "lambda:ListFunctionsByCodeSigningConfig", LambdaRest;
    /// The account's throttle.
    ApiGatewayGetAccount = "API Gateway" "GetAccount", "apigateway:GET" at "/account", ApiGateway;
    /// REST APIs with their policies, 500 a page.
    ApiGatewayGetRestApis = "API Gateway" "GetRestApis", "apigateway:GET" at "/restapis", ApiGateway;
    /// Stages with their web ACLs, logs and throttles.
    ApiGatewayGetStages = "API Gateway" "GetStages", "apigateway:GET" at "/restapis/*/stages", ApiGateway;
    /// Resources with their methods, 500 a page.
    ApiGatewayGetResources = "API Gateway" "GetResources", "apigateway:GET" at "/restapis/*/resources", ApiGatewayResources ApiGateway;
    /// Authorizers of a REST API.
    ApiGatewayGetAuthorizers = "API Gateway" "GetAuthorizers", "apigateway:GET" at "/restapis/*/authorizers", ApiGateway;
    /// Request validators of a REST API.
    ApiGatewayGetRequestValidators = "API Gateway" "GetRequestValidators", "apigateway:GET" at "/restapis/*/requestvalidators", ApiGateway;
    /// Usage plans of the region.
    ApiGatewayGetUsagePlans = "API Gateway" "GetUsagePlans", "apigateway:GET" at "/usageplans", ApiGateway;
    /// Custom domain names of the region.
    ApiGatewayGetDomainNames = "API Gateway" "GetDomainNames", "apigateway:GET" at "/domainnames", ApiGateway;
    /// HTTP and WebSocket APIs.
    ApiGatewayV2GetApis = "ApiGatewayV2" "GetApis", "apigateway:GET" at "/apis", ApiGateway;
    /// Routes of an API.
    ApiGatewayV2GetRoutes = "ApiGatewayV2" "GetRoutes", "apigateway:GET" at "/apis/*/routes", ApiGateway;
    /// Integrations of an API.
    ApiGatewayV2GetIntegrations = "ApiGatewayV2" "GetIntegrations", "apigateway:GET" at "/apis/*/integrations", ApiGateway;
    /// Authorizers of an API.
    ApiGatewayV2GetAuthorizers = "ApiGatewayV2" "GetAuthorizers", "apigateway:GET" at "/apis/*/authorizers", ApiGateway;
    /// Stages of an API.
    ApiGatewayV2GetStages = "ApiGatewayV2" "GetStages", "apigateway:GET" at "/apis/*/stages", ApiGateway;
    /// The APIs behind a custom domain name, REST APIs included.
    ApiGatewayV2GetApiMappings = "ApiGatewayV2" "GetApiMappings", "apigateway:GET" at "/domainnames/*/apimappings", ApiGateway;
    /// GraphQL APIs with all their auth modes, 25 a page.
    AppSyncListGraphqlApis = "AppSync" "ListGraphqlApis", "appsync:ListGraphqlApis", AppSync;
    /// Event APIs with all their auth modes, 25 a page.
    AppSyncListApis = "AppSync" "ListApis", "appsync:ListApis", AppSync;
    /// When API keys run out; the ids are dropped at once.
    AppSyncListApiKeys = "AppSync" "ListApiKeys", "appsync:ListApiKeys", AppSync;
    /// The schema of a GraphQL API that has several authorization modes, for its directives.
    AppSyncGetIntrospectionSchema = "AppSync" "GetIntrospectionSchema", "appsync:GetIntrospectionSchema", AppSync;
    /// Data sources of a GraphQL API.
    AppSyncListDataSources = "AppSync" "ListDataSources", "appsync:ListDataSources", AppSync;
    /// Web ACLs, regional and CloudFront's.
    Wafv2ListWebAcls = "WAFV2" "ListWebACLs", "wafv2:ListWebACLs", Wafv2;
    /// Resources of a web ACL: the second source of associations.
    Wafv2ListResourcesForWebAcl = "WAFV2" "ListResourcesForWebACL", "wafv2:ListResourcesForWebACL", Wafv2Resources;
}

impl Call {
    /// What every collection asks, whatever the checks need: who we are, and where to look.
    pub const ALWAYS: &[Self] = &[Self::StsGetCallerIdentity, Self::StsAssumeRole, Self::AccountListRegions];

    /// Whether the answer can only take access away from what is known without it. Findings stand
    /// where it is missing, less sure, and an audit is complete without it: most accounts may not
    /// read what their organization forbids them.
    pub fn only_restricts(self) -> bool {
        matches!(
            self,
            Self::OrganizationsDescribeOrganization
                | Self::OrganizationsListParents
                | Self::OrganizationsListPoliciesForTarget
                | Self::OrganizationsDescribePolicy
        )
    }

    /// The action, with the path where one is needed: `apigateway:GET /restapis/*/stages`.
    pub fn permission(self) -> String {
        match self.path() {
            Some(path) => format!("{} {path}", self.action()),
            None => self.action().into(),
        }
    }
}
