//! The README is the manual: what it says of the configuration is what the program reads.

use hearback::platform::config::VARIABLES;

#[test]
fn the_table_of_the_readme_has_every_variable_and_no_other() {
    let text = include_str!("../../README.md");
    let section = text.split("\n## Configuration\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));

    let wanted: Vec<String> =
        VARIABLES.iter().map(|(name, meaning)| format!("| `{name}` | {meaning} |")).collect();

    assert_eq!(rows.collect::<Vec<_>>(), wanted);
}
