//! Folders: files are written, continued, read and removed, each as a whole.

use super::*;

fn shown(content: &Result<Vec<u8>>) -> String {
    match content {
        Ok(content) => String::from_utf8_lossy(content).into_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_file_is_written_continued_read_and_removed() {
    let lines = log(|cx| async move {
        let folder = Folder::new();
        folder.write(&cx, "a", b"one".into(), 1.0).await?;
        folder.append(&cx, "a", b", two".into(), 1.0).await?;
        folder.append(&cx, "b", b"new".into(), 1.0).await?;
        cx.print(folder.names().join(" "));
        cx.print(shown(&folder.read(&cx, "a", 1.0).await));
        folder.write(&cx, "a", b"anew".into(), 1.0).await?;
        cx.print(shown(&folder.read(&cx, "a", 0.0).await));
        folder.remove(&cx, "a", 1.0).await?;
        cx.print(shown(&folder.read(&cx, "a", 0.0).await));
        cx.print(words(&folder.remove(&cx, "a", 0.0).await));
        Ok(())
    });
    let expected = [
        "3 a b",
        "4 one, two",
        "5 anew",
        "6 no such file: a",
        "6 no such file: a",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_is_cancelled_or_fails_writes_no_file() {
    let lines = log(|cx| async move {
        let folder = Folder::new();
        let task = |folder: Folder| {
            cx.spawn("writes", |cx| async move {
                folder.write(&cx, "a", b"one".into(), 2.0).await
            })
        };
        cancelled_after(&cx, 1.0, task(folder.clone())).await;
        for request in [
            Request::for_status("b", 503, 1.0),
            Request::without_answer("b", "no route", 1.0),
        ] {
            let downloaded = folder.download(&cx, request, "b", b"two".into()).await;
            cx.print(words(&downloaded));
        }
        let request = Request::for_status("c", 200, 1.0);
        folder.download(&cx, request, "c", b"three".into()).await?;
        cx.print(folder.names().join(" "));
        Ok(())
    });
    assert_eq!(lines, ["1 cancelled", "2 status 503", "3 no route", "4 c"]);
}
