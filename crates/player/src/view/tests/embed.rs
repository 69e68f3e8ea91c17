//! Pages within frames of others.

use super::*;

fn embed(theme: Option<&'static str>, autoplay: bool, panels: &[&'static str]) -> Option<Embed> {
    let panels = panels.to_vec();
    Some(Embed {
        theme,
        autoplay,
        panels,
    })
}

#[test]
fn settings_of_frames_stand_in_links() {
    let all = "#/downloads?predict=1&embed=1&theme=dark&autoplay=1&panels=race,log";
    for (hash, expected) in [
        ("#/downloads?embed=1", embed(None, false, &["race"])),
        (all, embed(Some("dark"), true, &["race", "log"])),
        (
            "#/downloads?embed=1&panels=code",
            embed(None, false, &["code"]),
        ),
        ("#/downloads", None),
    ] {
        let view = view(hash);
        assert_eq!(view.embed, expected, "{hash}");
        assert_eq!(view.predict, hash.contains("predict"), "{hash}");
        assert_eq!(format(&Route::Playground(view)).unwrap(), hash);
    }
    // In any order, and with settings that have their defaults.
    let typed = "#/downloads?panels=log%2Crace,log&autoplay=1&theme=dark&predict=1&embed=1";
    assert_eq!(format(&Route::Playground(view(typed))).unwrap(), all);
    assert_eq!(
        view("#/downloads?embed=0&predict=0"),
        view("#/downloads"),
        "as if nothing had been said"
    );
}

#[test]
fn what_frames_do_not_know_is_said() {
    for (hash, said) in [
        (
            "#/downloads?embed=yes",
            "embed: must be one of 1, 0, not \"yes\"",
        ),
        (
            "#/downloads?embed=1&theme=pink",
            "theme: must be one of light, dark, not \"pink\"",
        ),
        (
            "#/downloads?embed=1&panels=race,ads",
            "panels: must be one of race, claims, results, form, code, log, story, tasks, numbers, compare, not \"ads\"",
        ),
        (
            "#/downloads?autoplay=1",
            "autoplay: means something together with embed=1 only",
        ),
        (
            "#/downloads?predict=maybe",
            "predict: must be one of 1, 0, not \"maybe\"",
        ),
    ] {
        assert_eq!(problems(hash), [said], "{hash}");
    }
    // The known names of a list are used.
    let (route, _) = parse("#/downloads?embed=1&panels=ads,log");
    assert!(
        matches!(route, Route::Playground(View { embed: Some(embed), .. }) if embed.panels == ["log"])
    );
}

#[test]
fn snippets_are_whole_elements_whatever_the_texts() {
    let hash = "#/downloads?embed=1&autoplay=1&files=%22%3E%3Cscript%3E,2";
    let site = "https://example.org/a&b/";
    let address = |hash: &str| page(site, hash, FRAME);
    let text = snippet(address, &view(hash), "Files \"<&>\"", 480).unwrap();
    assert_eq!(
        text,
        "<iframe src=\"https://example.org/a&amp;b/downloads/embed.html#?embed=1&amp;autoplay=1&amp;files=%22%3E%3Cscript%3E,2\"\n  \
         title=\"Files &quot;&lt;&amp;&gt;&quot;\" loading=\"lazy\" width=\"100%\" height=\"480\"></iframe>"
    );
}

#[test]
fn pages_of_hashes_keep_their_settings() {
    for (hash, file, address) in [
        ("#/downloads", "", "s/downloads/"),
        ("#/downloads?seed=7&q=a?b", "", "s/downloads/#?seed=7&q=a?b"),
        ("#/lab?z=abc", "", "s/lab/#?z=abc"),
        ("#/weather?embed=1", FRAME, "s/weather/embed.html#?embed=1"),
    ] {
        assert_eq!(page("s/", hash, file), address);
    }
}

/// The script that readers copy is the one that is tested.
#[test]
fn the_documentation_shows_the_very_script() {
    let page = include_str!("../../../../../docs/embedding.md");
    assert!(page.contains(FOLLOW_HEIGHT));
}
