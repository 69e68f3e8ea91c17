//! Tables: each statement is done as a whole, or not at all.

use super::*;
use serde_json::json;

const USERS: Schema = Schema {
    database: "test",
    table: "users",
    unique: Some("name"),
};

fn row(value: Value) -> Row {
    value.as_object().cloned().unwrap_or_default()
}

fn users(names: &[&str]) -> Vec<Row> {
    let named = |&name: &&str| row(json!({ "name": name }));
    names.iter().map(named).collect()
}

#[test]
fn keys_follow_the_greatest_and_a_unique_text_is_refused() {
    let lines = log(|cx| async move {
        let table = Table::new(USERS);
        table.fill(&cx, users(&["a", "b"]), 1.0).await?;
        let own = vec![row(json!({ "id": 7, "name": "c" }))];
        cx.print(format!("{:?}", table.insert(&cx, own, 1.0).await?));
        cx.print(format!(
            "{:?}",
            table.insert(&cx, users(&["d", "e"]), 1.0).await?
        ));
        for refused in [
            table.insert(&cx, users(&["a"]), 1.0).await,
            table
                .insert(&cx, vec![row(json!({ "id": 8, "name": "f" }))], 1.0)
                .await,
            table
                .insert(&cx, vec![row(json!({ "id": -1, "name": "f" }))], 1.0)
                .await,
        ] {
            cx.print(words(&refused));
        }
        // The key of a refused row is free again, as in SQLite.
        cx.print(format!(
            "{:?}",
            table.insert(&cx, users(&["f"]), 1.0).await?
        ));
        Ok(())
    });
    let expected = [
        "2 [7]",
        "3 [8, 9]",
        "6 UNIQUE constraint failed: users.name",
        "6 UNIQUE constraint failed: users.id",
        "6 users.id is no key",
        "7 [10]",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_fails_has_written_nothing() {
    let lines = log(|cx| async move {
        let table = Table::new(USERS);
        table.fill(&cx, users(&["a"]), 0.0).await?;
        let refused = table.insert(&cx, users(&["b", "c", "a"]), 1.0).await;
        cx.print(words(&refused));
        cx.print(format!("{:?}", table.get(&cx, 2, 0.0).await?));
        let refused = table.fill(&cx, users(&["b", "b"]), 1.0).await;
        cx.print(words(&refused));
        cx.print(format!("{:?}", table.get(&cx, 1, 0.0).await?.is_some()));
        // Its names are free again.
        cx.print(format!(
            "{:?}",
            table.insert(&cx, users(&["b", "c"]), 1.0).await?
        ));
        Ok(())
    });
    let expected = [
        "1 UNIQUE constraint failed: users.name",
        "1 None",
        "2 UNIQUE constraint failed: users.name",
        "2 true",
        "3 [2, 3]",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn increases_of_many_tasks_are_all_counted_and_a_missing_row_is_none() {
    let lines = log(|cx| async move {
        let table = Table::new(USERS);
        table.fill(&cx, users(&["a"]), 0.0).await?;
        let start = |_| {
            let table = table.clone();
            cx.spawn("adds", |cx| async move {
                table.increase(&cx, 1, "logins", 2, 1.0).await
            })
        };
        let changed: usize = gather((0..10).map(start)).await?.into_iter().sum();
        let row = table.get(&cx, 1, 0.0).await?.unwrap_or_default();
        cx.print(format!("{changed} {}", row["logins"]));
        cx.print(table.increase(&cx, 2, "logins", 1, 1.0).await?);
        Ok(())
    });
    assert_eq!(lines, ["1 10 20", "2 0"]);
}

#[test]
fn what_is_cancelled_has_written_nothing() {
    let lines = log(|cx| async move {
        let table = Table::new(USERS);
        let writes = table.clone();
        let task = cx.spawn("writes", |cx| async move {
            writes.insert(&cx, users(&["a"]), 2.0).await.map(drop)
        });
        cancelled_after(&cx, 1.0, task).await;
        cx.sleep(5.0).await;
        cx.print(format!(
            "{:?}",
            table.insert(&cx, users(&["a"]), 0.0).await?
        ));
        Ok(())
    });
    assert_eq!(lines, ["1 cancelled", "6 [1]"]);
}
