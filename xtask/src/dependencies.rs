//! What cargo reports of the workspace: the versions of its dependencies, its tests.

use cargo_metadata::{Metadata, MetadataCommand, TargetKind};
use std::collections::BTreeSet;

use crate::{
    failure::{Failure, Result},
    paths,
    tools::WASM,
    version::Version,
};

/// The version of `package` that `Cargo.lock` pins for the app.
pub fn version_of(package: &str) -> Result<Version> {
    // For one target: for others, cargo would download their dependencies just to report them.
    let metadata = MetadataCommand::new()
        .current_dir(paths::project())
        .other_options(["--filter-platform".to_owned(), WASM.to_owned()])
        .exec()?;
    only_version(package, &metadata)
}

/// The names of the test targets of all crates.
pub fn tests() -> Result<BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .current_dir(paths::project())
        .no_deps()
        .exec()?;
    let targets = metadata
        .packages
        .into_iter()
        .flat_map(|found| found.targets);
    let tests = targets.filter(|target| target.kind.contains(&TargetKind::Test));
    Ok(tests.map(|target| target.name).collect())
}

/// There must be exactly one version: with two, no single tool can match.
fn only_version(package: &str, metadata: &Metadata) -> Result<Version> {
    let mut versions = metadata
        .packages
        .iter()
        .filter(|found| found.name.as_str() == package)
        .map(|found| &found.version);
    match (versions.next(), versions.next()) {
        (Some(version), None) => Version::parse(&version.to_string()).ok_or_else(|| {
            Failure::new(format!(
                "Cargo.lock: the version of {package} reads `{version}`"
            ))
        }),
        (Some(_), Some(_)) => Err(Failure::new(format!(
            "Cargo.lock holds several versions of {package}"
        ))),
        (None, _) => Err(Failure::new(format!(
            "Cargo.lock does not mention {package}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::only_version;
    use cargo_metadata::MetadataCommand;

    /// The output of cargo for a workspace with these packages.
    fn said(package: &str, packages: &[(&str, &str)]) -> Result<String, String> {
        let package_json = |(name, version): &(&str, &str)| {
            format!(
                r#"{{"name": "{name}", "version": "{version}", "id": "{name}@{version}", "dependencies": [],
                "targets": [], "features": {{}}, "manifest_path": "/{name}/Cargo.toml"}}"#
            )
        };
        let packages: Vec<_> = packages.iter().map(package_json).collect();
        let json = format!(
            r#"{{"packages": [{}], "workspace_members": [], "target_directory": "/target", "version": 1,
            "workspace_root": "/"}}"#,
            packages.join(",")
        );
        let metadata = MetadataCommand::parse(json).map_err(|error| error.to_string())?;
        only_version(package, &metadata)
            .map(|version| version.to_string())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn finds_the_version_by_the_whole_name() {
        let packages = [
            ("wasm-bindgen-futures", "0.4.80"),
            ("wasm-bindgen", "0.2.130"),
        ];
        assert_eq!(said("wasm-bindgen", &packages).unwrap(), "0.2.130");
    }

    #[test]
    fn says_what_is_wrong() {
        let packages = [("syn", "1.0.109"), ("syn", "2.0.1")];
        assert_eq!(
            said("leptos", &packages).unwrap_err(),
            "Cargo.lock does not mention leptos"
        );
        assert_eq!(
            said("syn", &packages).unwrap_err(),
            "Cargo.lock holds several versions of syn"
        );
    }

    #[test]
    fn the_tests_of_the_site_are_known_by_their_name() {
        assert!(super::tests().unwrap().contains("e2e"));
    }

    #[test]
    fn the_app_has_one_wasm_bindgen() {
        assert!(super::version_of("wasm-bindgen").is_ok());
    }
}
