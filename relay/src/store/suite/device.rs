//! Devices and their key packages.

use super::*;

twins!(
    a_device_is_known_by_its_static_key,
    an_account_has_so_many_devices_and_each_is_its_own,
    a_key_package_is_handed_out_once_and_the_last_one_stays,
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
