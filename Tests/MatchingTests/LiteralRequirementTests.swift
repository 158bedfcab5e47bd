import Testing

@testable import Matching

private func requirement(_ predicate: Predicate<String>) -> LiteralRequirement {
    LiteralRequirement(predicate) { field in
        switch field {
        case "computed": nil
        case "mapped": [Array("HKLM\\".utf8), Array("Created".utf8)]
        default: []
        }
    }
}

private func literal(_ text: String, _ field: String?, caseSensitive: Bool = false) -> LiteralRequirement {
    .literal(RequiredLiteral(bytes: Array(text.utf8), isCaseSensitive: caseSensitive, field: field))
}

@Suite("Required literals")
struct LiteralRequirementTests {
    @Test("are the pieces of a pattern, in lower case unless case matters")
    func pieces() {
        #expect(
            requirement(equals("process", "*-CN*Win32_Process"))
                == .all([
                    literal("-cn", "process"), literal("win32_process", "process"),
                ]))
        let exact = WildcardPattern("*Mimi*", isCaseSensitive: true)
        #expect(
            requirement(.field("process", .equals(exact))) == literal("Mimi", "process", caseSensitive: true))
    }

    @Test("are cut at every byte that JSON or XML may escape")
    func cutting() {
        #expect(
            requirement(equals("path", #"C:\Windows\System32/drivers<etc>"hosts"&éüfile'x"#))
                == .all(["windows", "system32", "drivers", "etc", "hosts", "file"].map { literal($0, "path") }))
        #expect(requirement(equals("x", "a\tbcd\u{7F}e")) == literal("bcd", "x"))
    }

    @Test("come from one part of a conjunction and from all parts of a disjunction")
    func connectives() {
        let a = equals("a", "alpha")
        let b = equals("b", "beta")
        #expect(requirement(.all([a, .not(b)])) == literal("alpha", "a"))
        #expect(requirement(.any([a, b])) == .any([literal("alpha", "a"), literal("beta", "b")]))
        #expect(requirement(.any([a, equals("b", "xy")])) == .nothing)
        #expect(requirement(.any([a, .not(b)])) == .nothing)
        #expect(requirement(.any([a, .constant(false)])) == literal("alpha", "a"))
        #expect(requirement(.not(.not(a))) == literal("alpha", "a"))
        #expect(requirement(.not(.any([.not(a), b]))) == literal("alpha", "a"))
    }

    @Test("are not asked by absence, difference, order, presence or a computed field")
    func none() {
        #expect(requirement(.not(equals("a", "alpha"))) == .nothing)
        #expect(requirement(.field("a", .differs(WildcardPattern("alpha")))) == .nothing)
        #expect(requirement(.field("a", .present)) == .nothing)
        #expect(requirement(.field("a", .ordered(.less, bound: Array("alpha".utf8)))) == .nothing)
        #expect(requirement(equals("computed", "alpha")) == .nothing)
        #expect(requirement(.rawText(WildcardPattern("alpha"))) == literal("alpha", nil))
    }

    @Test("are none that a constant may stand for")
    func constants() {
        #expect(requirement(equals("mapped", "*HKLM*\\Software*")) == literal("software", "mapped"))
        #expect(requirement(equals("mapped", "created")) == .nothing)
        #expect(requirement(equals("mapped", "*reat*")) == .nothing)
        #expect(requirement(equals("mapped", "*createdbefore*")) == literal("createdbefore", "mapped"))
    }

    @Test("know a condition that nothing satisfies")
    func impossible() {
        #expect(requirement(.all([equals("a", "alpha"), equals("b", "")])) == .impossible)
        #expect(requirement(.any([])) == .impossible)
    }

    @Test("tell which literal holds another")
    func implication() {
        let long = RequiredLiteral(bytes: Array("PowerShell".utf8), isCaseSensitive: true, field: nil)
        let short = RequiredLiteral(bytes: Array("SHELL".utf8), isCaseSensitive: false, field: nil)
        let exact = RequiredLiteral(bytes: Array("shell".utf8), isCaseSensitive: true, field: nil)
        #expect(long.implies(short))
        #expect(!short.implies(long))
        #expect(!long.implies(exact))
        #expect(!short.implies(exact))
        #expect(exact.implies(short))
    }
}
