import Glibc
import Testing

@testable import Hosting

@Suite struct RunDirectoryTests {
    @Test("Paths are those the design names")
    func paths() throws {
        let run = try RunDirectory(path: "/run/patchbay")
        #expect(run.busSocket == "/run/patchbay/bus.sock")
        #expect(run.tapSocket == "/run/patchbay/tap.sock")
        #expect(try run.adminSocket(for: "patchbay-broker") == "/run/patchbay/admin-broker.sock")
        #expect(try run.adminSocket(for: "sync", instance: "2") == "/run/patchbay/admin-sync-2.sock")
    }

    @Test("The directory is made with mode 0750 whatever the umask, and those above it too")
    func making() throws {
        let temporary = try TemporaryDirectory()
        let run = try RunDirectory(path: temporary.path + "/a/run")
        try run.prepare()
        #expect(mode(of: run.path) == 0o750)
        try run.prepare()
    }

    @Test("A directory everyone may write to is refused")
    func writableByAll() throws {
        let temporary = try TemporaryDirectory()
        chmod(temporary.path, 0o777)
        #expect(throws: RunDirectoryError.writableByAll(path: temporary.path)) {
            try RunDirectory(path: temporary.path).prepare()
        }
    }

    @Test("A file in place of the directory is refused")
    func file() throws {
        let temporary = try TemporaryDirectory()
        let file = try temporary.write("run", "")
        #expect(throws: RunDirectoryError.unusable(path: file, problem: "it is not a directory")) {
            try RunDirectory(path: file).prepare()
        }
    }

    @Test("A socket path may have 107 bytes and not one more")
    func pathLength() throws {
        let name = "admin-extensions-00.sock"
        let fits = "/" + String(repeating: "x", count: 107 - name.utf8.count - 2)
        #expect(try RunDirectory(path: fits).socket(name).utf8.count == 107)
        #expect {
            try RunDirectory(path: fits + "x")
        } throws: {
            "\($0)".contains("has 108 bytes; Unix sockets allow 107. Choose a shorter run_dir.")
        }
        let instance = String(repeating: "i", count: 100)
        #expect(throws: RunDirectoryError.self) {
            try RunDirectory(path: "/run/patchbay").adminSocket(for: "sync", instance: instance)
        }
    }

    @Test("Admin sockets are listed by label")
    func listing() throws {
        let temporary = try TemporaryDirectory()
        for name in ["admin-sync-2.sock", "admin-broker.sock", "admin-broker.sock.lock", "bus.sock"] {
            _ = try temporary.write(name, "")
        }
        #expect(try RunDirectory(path: temporary.path).adminSockets().map(\.label) == ["broker", "sync-2"])
    }

    struct Default: Sendable {
        let environment: [String: String]
        let run: String
    }

    @Test(
        "The default is PATCHBAY_RUN_DIR, else XDG_RUNTIME_DIR/patchbay, else /run/patchbay",
        arguments: [
            Default(environment: ["PATCHBAY_RUN_DIR": "/a", "XDG_RUNTIME_DIR": "/b"], run: "/a"),
            Default(environment: ["XDG_RUNTIME_DIR": "/b"], run: "/b/patchbay"),
            Default(environment: [:], run: "/run/patchbay"),
        ])
    func defaults(_ each: Default) throws {
        let source = try SettingsSource(yaml: "", environment: each.environment)
        let common = try source.read(sections: CommonSettings.sections, CommonSettings.init(reader:)).value
        #expect(common.runDirectory == each.run)
    }

    @Test("The state directory follows XDG for users and FHS for root")
    func stateDirectory() {
        let xdg = ["XDG_STATE_HOME": "/x", "HOME": "/home/a"]
        #expect(CommonSettings.defaultStateDirectory(environment: xdg, userID: 1000) == "/x/patchbay")
        let home = ["HOME": "/home/a"]
        #expect(
            CommonSettings.defaultStateDirectory(environment: home, userID: 1000) == "/home/a/.local/state/patchbay")
        #expect(CommonSettings.defaultStateDirectory(environment: xdg, userID: 0) == "/var/lib/patchbay")
    }

    @Test(
        "Common settings that would not work are refused",
        arguments: ["run_dir=relative", "state_dir=relative", "instance=a/b", "drain_timeout_ms=-1", "log.level=loud"])
    func refused(_ flag: String) throws {
        let source = try SettingsSource(yaml: "", environment: ["HOME": "/h"], flags: [flag])
        #expect(throws: SettingsErrors.self) {
            try source.read(sections: CommonSettings.sections, CommonSettings.init(reader:))
        }
    }
}
