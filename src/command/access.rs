//! `lambastion access`: who can use a function.

use crate::cli::{self, AnswerFormat, UrlAuthentication};
use crate::exit::{Exit, Failure, Outcome};
use crate::{files, terminal};
use ::audit::access::{Access, Opening, of_function};
use ::policy::{Document, PolicyType};
use inventory::UrlAuth;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use std::io::{self, Read, Write};
use std::path::Path;

/// Lambda's own limit is 20 KB; what is longer than this is no policy.
const LONGEST: u64 = 1 << 20;

pub(crate) fn run(flags: &cli::Reach) -> Outcome {
    let document = document(&flags.policy)?;
    let url = flags.url_auth.map(|auth| match auth {
        UrlAuthentication::None => UrlAuth::None,
        UrlAuthentication::AwsIam => UrlAuth::AwsIam,
    });
    let today = || Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = flags.as_of.unwrap_or_else(today).to_string();
    let access = of_function(&document, &flags.function_arn, url, &day).ok_or_else(|| {
        let form = "arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]";
        Failure::usage(format!(
            "--function-arn {:?} is no ARN of a Lambda function: {form}",
            flags.function_arn
        ))
    })?;
    terminal::print(|out| match flags.format {
        AnswerFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &access)?;
            out.write_all(b"\n")
        }
        AnswerFormat::Text => text(&access, out),
    })?;
    Ok(Exit::Clean)
}

/// The policy: itself, or wrapped in text as `aws lambda get-policy` prints it.
fn document(path: &Path) -> Result<Document, Failure> {
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let text = read(path)
        .map_err(|error| Failure::usage(format!("cannot read the policy {name}: {}", files::why(&error))))?;
    let text = match serde_json::from_str::<Answer>(&text) {
        Ok(Answer { policy: Some(policy) }) => policy,
        Err(error) if error.to_string().starts_with("duplicate field") => {
            return Err(Failure::usage(format!("{name}: has `Policy` twice")));
        }
        _ => text,
    };
    let flawed = |flaw| Failure::usage(format!("{name}: {flaw}"));
    let document = Document::parse(&text).map_err(flawed)?;
    document.validate(PolicyType::Resource).map_err(flawed)?;
    Ok(document)
}

/// What `aws lambda get-policy` prints.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Policy")]
    policy: Option<String>,
}

fn read(path: &Path) -> io::Result<String> {
    let mut source: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(std::fs::File::open(path)?) };
    let mut text = String::new();
    source.by_ref().take(LONGEST).read_to_string(&mut text)?;
    if text.len() as u64 == LONGEST {
        return Err(io::Error::other("it is too large to be a policy"));
    }
    Ok(text)
}

fn text(access: &Access, out: &mut dyn Write) -> io::Result<()> {
    let Access { reach, audiences, confidence, grants } = access;
    writeln!(out, "reach: {reach} ({} confidence)", confidence.word())?;
    if audiences.len() > 1 {
        writeln!(out, "audiences: {}", audiences.join(", "))?;
    }
    for grant in grants {
        writeln!(out)?;
        opening(grant, out)?;
    }
    Ok(())
}

fn opening(grant: &Opening, out: &mut dyn Write) -> io::Result<()> {
    let limits = if grant.limited { ", limited" } else { "" };
    let visible = |text: &str| report::visible(text);
    writeln!(out, "statement {}: {}{limits}", visible(&grant.label()), grant.audience)?;
    if !grant.principals.is_empty() {
        writeln!(out, "  who      {}", visible(&grant.principals.join(", ")))?;
    }
    writeln!(out, "  may      {}", visible(&grant.actions.join(", ")))?;
    for condition in &grant.conditions {
        let effect = if condition.effective { "" } else { "  (keeps nobody out)" };
        let deny =
            condition.deny.as_ref().map_or(String::new(), |label| format!("unless denied by {label}: "));
        let values = condition.values.join(", ");
        let line = format!("{deny}{} {} = {values}", condition.operator, condition.key);
        writeln!(out, "  if       {}{effect}", visible(&line))?;
    }
    writeln!(out, "  because  {}", visible(&grant.reason))
}
