//! Devices and their key packages.

use super::*;

twins!(
    a_device_is_known_by_its_static_key,
    an_account_has_so_many_devices_and_each_is_its_own,
    a_key_package_is_handed_out_once_and_the_last_one_stays,
    a_new_set_of_key_packages_replaces_the_old,
    an_account_knows_its_devices_and_names_them,
    being_seen_is_noted_once_a_day,
    a_revoked_device_is_nobody_and_never_comes_back,
    a_revoked_device_makes_room_for_another,
    only_the_accounts_own_devices_are_named_or_revoked,
);

fn a_device_is_known_by_its_static_key(store: &mut dyn Store) {
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::NoDevice)));
    register(store, "alice", 1);
    let Ok(Done::SignedIn(known)) = ask(store, Op::SignIn { noise_key: [1; 32] }) else { panic!() };
    assert_eq!((known.signed_in.handle, known.signed_in.device), (handle("alice"), device(1)));
}

fn an_account_has_so_many_devices_and_each_is_its_own(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    register(store, "bob", 200);
    let password = PasswordNo::default();
    let enroll =
        |store: &mut dyn Store, device| ask(store, Op::Enroll { account, password, device });
    assert_eq!(enroll(store, new_device(200)).unwrap_err(), Refusal::NotAllowed);
    let stolen_key = NewDevice { noise_key: [200; 32], ..new_device(2) };
    assert_eq!(enroll(store, stolen_key).unwrap_err(), Refusal::NotAllowed);
    let max = u8::try_from(MAX_DEVICES).unwrap();
    for n in 2..=max {
        enroll(store, new_device(n)).unwrap();
    }
    assert_eq!(enroll(store, new_device(max + 1)).unwrap_err(), Refusal::TooManyDevices);
}

fn a_key_package_is_handed_out_once_and_the_last_one_stays(store: &mut dyn Store) {
    register(store, "alice", 1);
    let package = |n: u8| KeyPackage::new(vec![n; 3]).unwrap();
    let many = (0..=u8::try_from(MAX_KEY_PACKAGES).unwrap()).map(package).collect();
    let publish =
        |one_use, last_resort| Op::PublishKeyPackages { device: device(1), one_use, last_resort };
    let stored = ask(store, publish(many, Some(package(99)))).unwrap();
    assert!(matches!(stored, Done::KeyPackagesStored { one_use_left: 20 }));
    let mut claim = || match ask(store, Op::ClaimKeyPackages { handle: handle("alice") }) {
        Ok(Done::KeyPackagesClaimed { packages, left }) => {
            (packages[0].key_package.to_vec(), left.first().map(|(_, left)| *left))
        }
        other => panic!("{other:?}"),
    };
    for n in 0..20 {
        assert_eq!(claim(), (vec![n; 3], Some(19 - n)));
    }
    assert_eq!(claim(), (vec![99; 3], None), "no news to its owner");
    assert_eq!(claim(), (vec![99; 3], None), "no news to its owner");
}

fn a_new_set_of_key_packages_replaces_the_old(store: &mut dyn Store) {
    register(store, "alice", 1);
    let package = |n: u8| KeyPackage::new(vec![n; 3]).unwrap();
    let publish = |one_use: &[u8], last_resort: Option<u8>| Op::PublishKeyPackages {
        device: device(1),
        one_use: one_use.iter().copied().map(package).collect(),
        last_resort: last_resort.map(package),
    };
    let left = |answer: Answer| match answer {
        Ok(Done::KeyPackagesStored { one_use_left }) => one_use_left,
        other => panic!("{other:?}"),
    };
    assert_eq!(left(ask(store, publish(&[1, 2], Some(3)))), 2);
    assert_eq!(left(ask(store, publish(&[4], None))), 3, "without one of last resort it adds");
    assert_eq!(left(ask(store, publish(&[5], Some(6)))), 1, "with one it replaces");
    for expected in [5, 6, 6] {
        match ask(store, Op::ClaimKeyPackages { handle: handle("alice") }) {
            Ok(Done::KeyPackagesClaimed { packages, .. }) => {
                assert_eq!(packages[0].key_package, package(expected));
            }
            other => panic!("{other:?}"),
        }
    }
}

fn list(store: &mut dyn Store, n: u8) -> Vec<(u8, Vec<u8>, u64)> {
    match ask(store, Op::ListDevices { device: device(n) }) {
        Ok(Done::Devices(devices)) => {
            let line = |info: &DeviceInfo| (info.certificate[0], info.name.to_vec(), info.seen.0);
            devices.iter().map(line).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn name(by: u8, of: u8, name: &[u8]) -> Op {
    let name = SealedName::new(name.to_vec()).unwrap();
    Op::NameDevice { by: device(by), device: device(of), name }
}

fn revoke(by: u8, ended: u8) -> Op {
    Op::RevokeDevice { by: device(by), device: device(ended) }
}

fn an_account_knows_its_devices_and_names_them(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    enroll(store, alice, 3).unwrap();
    ask(store, name(1, 3, b"laptop")).unwrap();
    assert_eq!(list(store, 3), [(1, vec![], NOW.0), (3, b"laptop".to_vec(), NOW.0)]);
    ask(store, name(3, 3, b"")).unwrap();
    assert_eq!(list(store, 1)[1].1, b"", "and takes the name away");
    assert_eq!(list(store, 2), [(2, vec![], NOW.0)]);
}

fn being_seen_is_noted_once_a_day(store: &mut dyn Store) {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    register(store, "alice", 1);
    for (after, seen) in [(DAY_MS - 1, 0), (DAY_MS, DAY_MS), (0, DAY_MS), (DAY_MS + 1, DAY_MS)] {
        let now = UnixMs(NOW.0 + after);
        ask_at(store, now, Op::SignIn { noise_key: [1; 32] }).unwrap();
        assert_eq!(list(store, 1)[0].2, NOW.0 + seen, "{after}");
    }
}

fn a_revoked_device_is_nobody_and_never_comes_back(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    enroll(store, alice, 3).unwrap();
    let (one_use, last_resort) = (vec![Bytes::default()], Some(Bytes::default()));
    ask(store, Op::PublishKeyPackages { device: device(3), one_use, last_resort }).unwrap();
    create(store, 1, RoomKind::Closed).unwrap();
    ask(store, commit_op(3, 0, 1, &[3], &[])).unwrap();
    ask(store, post_op(3, 1, 2, 5)).unwrap();
    for _ in 0..2 {
        let done = ask(store, revoke(1, 3));
        assert!(
            matches!(done, Ok(Done::DeviceRevoked { device: id }) if id == device(3)),
            "{done:?}"
        );
    }
    assert!(matches!(ask(store, Op::SignIn { noise_key: [3; 32] }), Ok(Done::NoDevice)));
    assert_eq!(enroll(store, alice, 3).unwrap_err(), Refusal::NotAllowed);
    for device in [
        NewDevice { noise_key: [3; 32], ..new_device(4) },
        NewDevice { device: device(3), ..new_device(4) },
    ] {
        let enroll = Op::Enroll { account: alice, password: PasswordNo::default(), device };
        assert_eq!(ask(store, enroll).unwrap_err(), Refusal::NotAllowed);
    }
    for op in [post_op(3, 1, 3, 5), revoke(3, 1), name(3, 3, b"x"), commit_op(3, 1, 9, &[3], &[])] {
        assert_eq!(ask(store, op).unwrap_err(), Refusal::NotSignedIn, "its connection is late");
    }
    assert_eq!(list(store, 1).len(), 1);
    match ask(store, Op::ClaimKeyPackages { handle: handle("alice") }) {
        Ok(Done::KeyPackagesClaimed { packages, .. }) => assert!(packages.is_empty()),
        other => panic!("{other:?}"),
    }
    assert_eq!(fetch(store, 1, 0), Ok((1, 2, vec![1, 2])), "what it said stays");
    assert_eq!(seq(ask(store, commit_op(1, 1, 4, &[3], &[]))), Err(Refusal::NotAllowed));
    assert_eq!(seq(ask(store, commit_op(1, 1, 5, &[], &[3]))), Ok(3), "but its leaf is removed");
}

fn a_revoked_device_makes_room_for_another(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    let max = u8::try_from(MAX_DEVICES).unwrap();
    for n in 2..=max {
        enroll(store, account, n).unwrap();
    }
    assert_eq!(enroll(store, account, max + 1).unwrap_err(), Refusal::TooManyDevices);
    ask(store, revoke(1, 2)).unwrap();
    assert_eq!(totals(store).devices, u64::from(max) - 1);
    enroll(store, account, max + 1).unwrap();
    assert_eq!(enroll(store, account, max + 2).unwrap_err(), Refusal::TooManyDevices);
}

fn only_the_accounts_own_devices_are_named_or_revoked(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    enroll(store, alice, 3).unwrap();
    for op in [name(1, 2, b"x"), name(1, 77, b"x"), revoke(1, 2), revoke(1, 77), revoke(1, 1)] {
        assert_eq!(ask(store, op).unwrap_err(), Refusal::NotAllowed);
    }
    ask(store, revoke(1, 3)).unwrap();
    assert_eq!(ask(store, name(1, 3, b"x")).unwrap_err(), Refusal::NotAllowed, "a revoked one");
    assert!(matches!(ask(store, Op::SignIn { noise_key: [2; 32] }), Ok(Done::SignedIn(_))));
}
