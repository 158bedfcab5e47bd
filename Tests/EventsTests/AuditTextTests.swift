import Testing

@testable import Events

@Suite("Interpreted records of the audit daemon")
struct AuditTextTests {
    private func pairs(_ text: String) -> [String]? {
        EventsTests.pairs(of: text, AuditText.init) { $0.read($1) }
    }

    @Test("have values with spaces, each to the next name")
    func values() {
        let head = "type=PATH msg=audit(10/11/2026 10:11:12.123:17) : "
        #expect(
            pairs(head + "item=0 name=/tmp/a b c inode=5")
                == ["type|PATH", "msg|audit(10/11/2026 10:11:12.123:17)", "item|0", "name|/tmp/a b c", "inode|5"])
        #expect(pairs(head + "cmd=env X=1 y terminal=pts/0")?.suffix(2) == ["cmd|env X=1 y", "terminal|pts/0"])
        #expect(pairs(head + "x y=1\n")?.suffix(1) == ["y|1"])
        #expect(pairs(head + "saddr={ saddr_fam=inet lport=80 }")?.suffix(2) == ["saddr_fam|inet", "lport|80"])
        #expect(
            pairs(head + "pid=1 msg='op=login acct=ann b res=success'")?.suffix(3) == [
                "op|login", "acct|ann b", "res|success",
            ])
    }

    @Test("have arguments and titles that hold what looks like names")
    func arguments() {
        let head = "node=web type=EXECVE msg=audit(10/11/26 10:11:12.123:17) : "
        #expect(pairs(head + "argc=2 a0=dd a1=of=/x if=/y")?.suffix(3) == ["argc|2", "a0|dd", "a1|of=/x if=/y"])
        #expect(
            pairs("type=PROCTITLE msg=audit(10/11/26 10:11:12.123:17) : proctitle=dd of=/x if='y'")?.last
                == "proctitle|dd of=/x if='y'")
        let call = "type=SYSCALL msg=audit(10/11/26 10:11:12.123:17) : a0=0x1 a3=0x0 items=2 comm=a b"
        #expect(pairs(call)?.suffix(4) == ["a0|0x1", "a3|0x0", "items|2", "comm|a b"])
    }

    @Test(
        "are told from the daemon's own form and from other texts",
        arguments: [
            "", "type=", "type=PATH msg=audit(1.1:7): name=\"a\"", "msg=audit(10/11/26 10:11:12.123:17) : a=1",
            "type=PATH msg=audit(",
        ])
    func others(text: String) { #expect(pairs(text) == nil) }
}
