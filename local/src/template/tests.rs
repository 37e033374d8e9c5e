//! Templates that work, and templates that must not start.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;

const HEAD: &str = "
Globals:
  Function:
    Timeout: 7
    Environment: {Variables: {A: global, B: global}}
Conditions:
  Never: !Equals [a, b]
  Always: !Not [!Condition Never]
  Both: !And [!Condition Always, !Or [!Condition Never, !Condition Always]]
Resources:
  Unused: {Type: AWS::Serverless::Function, Condition: Never, Properties: {Nonsense: true}}
  Api: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {Authorizers: {Guard: {AuthorizerPayloadFormatVersion: '2.0', EnableFunctionDefaultPermissions: true, FunctionArn: !GetAtt F.Arn, Identity: {Headers: [Authorization], ReauthorizeEvery: 0}}}}}}
";

const FUNCTION: &str = "
  F:
    Type: AWS::Serverless::Function
    Condition: Both
    Properties:
      CodeUri: functions/f/
      Timeout: !If [Never, 1, 9]
      Environment: {Variables: {B: !Sub '${F}', C: true}}
      Events:
        One: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: any, Path: /x, Auth: {Authorizer: Guard}}}
        Two: {Type: HttpApi, Properties: {ApiId: !Ref Api}}
";

fn read(text: &str) -> Result<(Vec<FunctionSpec>, ApiSpec), StartError> {
    let mut template = Template::parse(text, &BTreeMap::new(), "http://localhost:1")?;
    template.define_apis("http://localhost:1")?;
    template.define_functions()?;
    let api = template.api(ApiKind::Http)?.ok_or_else(|| template_error("no API"))?;
    Ok((template.functions()?, api))
}

#[test]
fn globals_conditions_and_routes() {
    let (functions, api) = read(&format!("{HEAD}{FUNCTION}")).unwrap();
    let [function] = functions.as_slice() else { panic!("{functions:?}") };
    assert_eq!((function.binary.as_str(), function.timeout), ("f", Duration::from_secs(9)));
    let expected = [("A", "global"), ("B", "F"), ("C", "true")];
    assert_eq!(function.environment, expected.map(|(name, value)| (name.into(), value.into())).into());
    let route = |path: &str, guard: Option<&str>| Route {
        method: None,
        path: path.into(),
        function: "F".into(),
        authorizer: guard.map(str::to_owned),
    };
    assert_eq!(api.routes, [route("/x", Some("Guard")), route("$default", None)]);
}

#[test]
fn what_is_not_known_here_is_loud() {
    let sound = format!("{HEAD}{FUNCTION}");
    for (part, broken, said) in [
        ("Timeout: !If", "Layers: [x]\n      Timeout: !If", "Layers"),
        ("ReauthorizeEvery: 0", "Nonsense: 0", "Nonsense"),
        (", ReauthorizeEvery: 0", "", "ReauthorizeEvery"),
        ("EnableFunctionDefaultPermissions: true, ", "", "permits"),
        ("Authorizer: Guard", "Authorizer: Nobody", "Nobody"),
        ("ApiId: !Ref Api, Method", "Method", "implicit"),
        ("Path: /x", "Path: x", "slash"),
        ("${F}", "${G}", "G"),
        ("!Equals [a, b]", "!Condition Both", "circle"),
        ("[Authorization]", "!ImportValue x", "ImportValue"),
        ("CodeUri: functions/f/", "CodeUri: .", "binary"),
    ] {
        assert!(sound.contains(part), "{part}");
        let error = read(&sound.replace(part, broken)).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains(said)), "{part}: {error:?}");
    }
}

#[test]
fn parameters_need_a_value_that_is_allowed() {
    let text = "Parameters: {Issuer: {Type: String, AllowedValues: [a]}}\nResources: {}";
    let parse = |given: &[(&str, &str)]| {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Template::parse(text, &given, "")
    };
    assert!(parse(&[("Issuer", "a"), ("Other", "x")]).is_ok());
    assert!(parse(&[("Issuer", "b")]).is_err());
    assert!(parse(&[]).is_err());
}

fn streams(properties: &str) -> Result<Vec<StreamSpec>, StartError> {
    let text = format!(
        "
Parameters: {{Size: {{Type: Number, Default: 7}}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: f, Events: {{S: {{Type: DynamoDB, Properties: {{{properties}}}}}}}}}
"
    );
    let mut template = Template::parse(&text, &BTreeMap::new(), "")?;
    template.define("T", Physical::new("t", "StreamArn", "arn:t"));
    template.streams()
}

#[test]
fn mappings_have_lambdas_defaults() {
    let least = "Stream: !GetAtt T.StreamArn, StartingPosition: LATEST";
    let expected = StreamSpec {
        function: "F".into(),
        event: "S".into(),
        arn: "arn:t".into(),
        start: StartingPosition::Latest,
        batch_size: 100,
        reports_items: false,
        bisect: false,
        retries: None,
        patterns: Vec::new(),
    };
    assert_eq!(streams(least).unwrap(), std::slice::from_ref(&expected));
    let more = "BatchSize: !Ref Size, MaximumRetryAttempts: 3, BisectBatchOnFunctionError: true, \
                FunctionResponseTypes: [ReportBatchItemFailures], DestinationConfig: {OnFailure: !GetAtt Q.Arn}";
    let wanted =
        StreamSpec { batch_size: 7, reports_items: true, bisect: true, retries: Some(3), ..expected };
    assert_eq!(streams(&format!("{least}, {more}")).unwrap(), [wanted]);
    assert_eq!(streams(&format!("{least}, Enabled: false")).unwrap(), []);
}

#[test]
fn mappings_that_lambda_would_refuse_are_loud() {
    let least = "Stream: !GetAtt T.StreamArn, StartingPosition: TRIM_HORIZON";
    for broken in [
        "Stream: !GetAtt T.StreamArn".to_owned(),
        "Stream: !GetAtt U.StreamArn, StartingPosition: LATEST".to_owned(),
        format!("{least}, TumblingWindowInSeconds: 5"),
        format!("{least}, BatchSize: 0"),
        format!("{least}, BatchSize: many"),
        format!("{least}, MaximumBatchingWindowInSeconds: 301"),
        format!("{least}, FunctionResponseTypes: [Other]"),
    ] {
        assert!(streams(&broken).is_err(), "{broken}");
    }
}
