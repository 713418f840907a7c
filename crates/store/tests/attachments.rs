//! Attachments' bytes come back as they were, the same bytes lie there once, a changed file is damage.

use futures_executor::block_on;
use futures_util::future::join_all;
use std::fs;
use std::path::{Path, PathBuf};
use store::{Attachments, CompanyId, Error, Folder, Hash};

const ONE: CompanyId = CompanyId(1);

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn bytes_come_back_and_lie_there_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Folder::new(folder.path().join("attachments"));
    block_on(async {
        assert_eq!(kept.get(ONE, Hash::default()).await, Ok(None));
        let scan = vec![7; 3_000_000];
        let hashes = join_all((0..8).map(|_| kept.put(ONE, scan.clone()))).await;
        let hash = hashes[0].clone().expect("keeps it");
        assert!(hashes.iter().all(|other| *other == Ok(hash)));
        assert_eq!(files(folder.path()).len(), 1, "{:?}", files(folder.path()));
        assert_eq!(kept.get(ONE, hash).await, Ok(Some(scan)));
        assert_eq!(kept.get(CompanyId(2), hash).await, Ok(None), "another company's is another's");
        let empty = kept.put(ONE, vec![]).await.expect("keeps it");
        assert_eq!(kept.get(ONE, empty).await, Ok(Some(vec![])));
        kept.delete(ONE, hash).await.expect("deletes");
        kept.delete(ONE, hash).await.expect("nothing to delete");
        assert_eq!(kept.get(ONE, hash).await, Ok(None));
    });
}

#[test]
fn a_changed_file_is_damage_and_a_blocked_folder_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Folder::new(folder.path());
    block_on(async {
        let hash = kept.put(ONE, b"invoice".to_vec()).await.expect("keeps it");
        fs::write(&files(folder.path())[0], b"invoicf").expect("changes it");
        let read = kept.get(ONE, hash).await;
        assert!(matches!(read, Err(Error::Corrupt(_))), "{read:?}");
        fs::write(folder.path().join("2"), b"in the way").expect("writes");
        let put = kept.put(CompanyId(2), b"invoice".to_vec()).await;
        assert!(put.is_err(), "{put:?}");
    });
}
