//! SARIF 2.1.0, which code scanning and editors read.

use std::collections::BTreeMap;
use std::io::Write;

use banneret::{Code, Diagnostic, Label, Level, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Location, LogicalLocation, Message,
    MultiformatMessageString, PhysicalLocation, PropertyBag, Region, Replacement,
    ReportingConfiguration, ReportingDescriptor, Result as Found, ResultLevel, Run, Sarif, Tool,
    ToolComponent,
};

use super::{Report, beneath, in_full};
use crate::failure::Failure;
use crate::render::printable;

/// The published schema.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// What a path holds besides letters and digits that needs no escape in a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let codes = banneret_lint::codes();
    let findings = report.findings();
    let results: Vec<_> = findings
        .map(|(finding, fingerprint)| result(report, &codes, finding, fingerprint))
        .collect();
    let driver = ToolComponent::builder()
        .name("banneret")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(REPOSITORY)
        .rules(codes.iter().map(|code| rule(code)).collect::<Vec<_>>())
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results)
        .column_kind("utf16CodeUnits")
        .build();
    let log = Sarif::builder()
        .schema(SCHEMA)
        .version("2.1.0")
        .runs(vec![run])
        .build();
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)?;
    Ok(())
}

fn rule(code: &Code) -> ReportingDescriptor {
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let tag = if code.is_contract() {
        "contract"
    } else {
        "lint"
    };
    let help = MultiformatMessageString::builder()
        .text(code.page)
        .markdown(code.page)
        .build();
    let level = ReportingConfiguration::builder()
        .level(level(code.level))
        .build();
    ReportingDescriptor::builder()
        .id(code.id)
        .name(code.name)
        .short_description(text(code.summary))
        .full_description(text(code.summary))
        .help(help)
        .help_uri(format!("{REPOSITORY}/blob/main/docs/lints/{}.md", code.id))
        .default_configuration(level)
        .properties(PropertyBag::builder().tags(vec![tag.to_owned()]).build())
        .build()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn result(report: &Report<'_>, codes: &[&Code], finding: &Diagnostic, fingerprint: &str) -> Found {
    let message = Message::builder()
        .text(in_full(finding))
        .markdown(markdown(finding))
        .build();
    let index = codes.iter().position(|code| code.id == finding.code.id);
    let related = finding.related.iter();
    let related = related.filter_map(|label| labelled(report, label));
    let fixes = finding.fix.as_deref().and_then(|fix| fixed(report, fix));
    let mut result = Found::builder()
        .rule_id(finding.code.id)
        .level(match finding.level {
            Level::Error => ResultLevel::Error,
            Level::Warning => ResultLevel::Warning,
        })
        .message(message)
        .locations(location(report, finding).into_iter().collect::<Vec<_>>())
        .related_locations(related.collect::<Vec<_>>())
        .fixes(fixes.into_iter().collect::<Vec<_>>())
        .partial_fingerprints(BTreeMap::from([(
            "banneretFinding/v1".to_owned(),
            fingerprint.to_owned(),
        )]))
        .properties(properties(finding))
        .build();
    result.rule_index = index.and_then(|index| i64::try_from(index).ok());
    result
}

fn properties(finding: &Diagnostic) -> PropertyBag {
    let said: [(&str, Value); 4] = [
        ("banner", json!(finding.banner)),
        ("help", json!(finding.help)),
        ("requirement", json!(finding.requirement)),
        ("counterexample", json!(finding.counterexample.as_deref())),
    ];
    let said = said.into_iter().filter(|(_, value)| !value.is_null());
    let said: BTreeMap<_, _> = said.map(|(name, value)| (name.to_owned(), value)).collect();
    PropertyBag::builder().additional_properties(said).build()
}

/// The message, and all beneath it, tables as they are.
fn markdown(finding: &Diagnostic) -> String {
    let mut text = printable(&finding.message);
    for (name, told) in beneath(finding) {
        text += &match (name, told.contains('\n')) {
            ("help", _) => format!("\n\n{told}"),
            (_, true) => format!("\n\n{name}:\n\n```text\n{told}\n```"),
            (_, false) => format!("\n\n{name}: `{told}`"),
        };
    }
    text
}

fn location(report: &Report<'_>, finding: &Diagnostic) -> Option<Location> {
    let mut location = physical(report, finding.primary.span)?;
    location.logical_locations = finding.banner.as_deref().map(|banner| {
        vec![
            LogicalLocation::builder()
                .name(banner)
                .kind("banner")
                .build(),
        ]
    });
    Some(location)
}

fn labelled(report: &Report<'_>, label: &Label) -> Option<Location> {
    let mut location = physical(report, label.span)?;
    if !label.text.is_empty() {
        location.message = Some(Message::builder().text(printable(&label.text)).build());
    }
    Some(location)
}

fn physical(report: &Report<'_>, span: Span) -> Option<Location> {
    let (artifact, mut region) = piece(report, span)?;
    let marked = report.sources.text(span);
    if !marked.is_empty() {
        region.snippet = Some(ArtifactContent::builder().text(marked).build());
    }
    let place = PhysicalLocation::builder()
        .artifact_location(artifact)
        .region(region)
        .build();
    Some(Location::builder().physical_location(place).build())
}

/// A file, and a piece of it; columns count as editors do.
fn piece(report: &Report<'_>, span: Span) -> Option<(ArtifactLocation, Region)> {
    let place = report.place(span)?;
    let path = utf8_percent_encode(&place.file, PATH).to_string();
    let uri = match path.starts_with('/') {
        true => format!("file://{path}"),
        false => path,
    };
    let region = Region::builder()
        .start_line(place.from.line)
        .start_column(place.from.utf16_column)
        .end_line(place.to.line)
        .end_column(place.to.utf16_column)
        .build();
    Some((ArtifactLocation::builder().uri(uri).build(), region))
}

/// A change, by file; nothing where one of its pieces is not in a file of the book.
fn fixed(report: &Report<'_>, fix: &banneret::Fix) -> Option<Fix> {
    let mut files: Vec<(ArtifactLocation, Vec<Replacement>)> = Vec::new();
    for edit in &fix.edits {
        let (artifact, region) = piece(report, edit.span)?;
        let text = ArtifactContent::builder().text(&edit.text).build();
        let replacement = Replacement::builder()
            .deleted_region(region)
            .inserted_content(text)
            .build();
        let same = files.iter_mut().find(|(file, _)| file.uri == artifact.uri);
        match same {
            Some((_, replacements)) => replacements.push(replacement),
            None => files.push((artifact, vec![replacement])),
        }
    }
    let changes = files.into_iter().map(|(artifact, replacements)| {
        ArtifactChange::builder()
            .artifact_location(artifact)
            .replacements(replacements)
            .build()
    });
    let title = Message::builder().text(printable(&fix.title)).build();
    Some(
        Fix::builder()
            .description(title)
            .artifact_changes(changes.collect::<Vec<_>>())
            .build(),
    )
}
