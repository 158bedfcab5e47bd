import Testing

@testable import Matching

func decide(_ predicate: Predicate<String>, sample: String? = nil) -> Prefilter.Decision {
    let requirement = LiteralRequirement(predicate) { _ in [] }
    let plan = PrefilterPlan(requirement)
    guard let sample else { return plan.decision }
    return Array(sample.utf8).withUnsafeBytes { plan.decision(fitting: TextSample($0)) }
}

func prefilter(_ predicate: Predicate<String>, sample: String? = nil) throws -> Prefilter {
    guard case .prefilter(let prefilter) = decide(predicate, sample: sample) else {
        throw NoPrefilter()
    }
    return prefilter
}

struct NoPrefilter: Error {}

extension Prefilter {
    /// Whether a verified place is also one that the kernel finds.
    func finds(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { bytes in target.hasCandidate(in: bytes) { verify($0, in: bytes) } }
    }

    func finds(_ line: String) -> Bool { finds(Array(line.utf8)) }
}

@Suite("The prefilter")
struct PrefilterTests {
    @Test("takes the rarest literal of a conjunction and says what it passed over")
    func rarest() throws {
        let chosen = try prefilter(
            .all([
                equals("process_name", "powershell.exe"), equals("process", "*Invoke-WmiMethod*"),
                equals("process", "*-CN*"),
            ]))
        #expect(chosen.literals.map(\.literal.text) == ["invoke-wmimethod"])
        #expect(chosen.rejected.count == 2)
        #expect(chosen.target.pairs.count == 3)
        #expect(!chosen.isSampled)
    }

    @Test("lets a sample overrule the statistics")
    func sampling() throws {
        let predicate = Predicate.all([equals("a", "*qzxvk*"), equals("a", "*administrators*")])
        #expect(try prefilter(predicate).literals.map(\.literal.text) == ["qzxvk"])
        let sample = String(repeating: "{\"a\":\"qzxvk\"}\n", count: 20_000)
        let sampled = try prefilter(predicate, sample: sample)
        #expect(sampled.literals.map(\.literal.text) == ["administrators"])
        #expect(sampled.isSampled)
    }

    @Test("searches every branch of a disjunction, but not a literal that holds another")
    func disjunction() throws {
        let chosen = try prefilter(
            .any([equals("p", "mshta.exe"), equals("p", "*wmiprvse*"), equals("p", "*\\mshta.exe -x")]))
        #expect(Set(chosen.literals.map(\.literal.text)) == ["mshta.exe", "wmiprvse"])
        for literal in chosen.literals {
            #expect(chosen.finds("{\"p\":\"\(literal.literal.text.uppercased())\"}"))
        }
    }

    @Test("shares a pair among literals that hold it")
    func sharing() throws {
        let names = (0..<12).map { equals("p", "*qx\($0)tool*") }
        let chosen = try prefilter(.any(names))
        #expect(chosen.literals.count == 12)
        #expect(chosen.target.pairs.count <= 8)
        for index in 0..<12 { #expect(chosen.finds("  QX\(index)TOOL  ")) }
        #expect(!chosen.finds("  QX 1TOOL QX99TOOL  "))
    }

    @Test("refuses, with the reason, what it could not search or what would not help")
    func refusals() {
        guard case .everyLine(let common) = decide(equals("p", "*windows*")) else {
            Issue.record("a common literal was accepted")
            return
        }
        #expect(common.contains("\"windows\""))
        guard case .everyLine(let none) = decide(.field("p", .present)) else {
            Issue.record("nothing to look for was accepted")
            return
        }
        #expect(none.contains("no part"))
        let many = (0..<40).map { equals("p", "*\(Character(Unicode.Scalar(UInt8(97 + $0 % 26))))qz\($0)jj*") }
        guard case .everyLine(let tooMany) = decide(.any(many)) else {
            Issue.record("forty literals were accepted")
            return
        }
        #expect(tooMany.contains("24 literals"))
        guard case .noLineMatches = decide(.all([equals("p", ""), equals("p", "mshta.exe")])) else {
            Issue.record("an unsatisfiable condition was accepted")
            return
        }
    }

    @Test(
        "lets a line pass that may hide the literal, and no other",
        arguments: [
            (#"{"p":"MSHTA.exe"}"#, true), (#"{"p":"mshta_exe"}"#, false), (#"{"p":"\u006dshta.exe"}"#, true),
            (#"{"p":"m\u0073hta.exe"}"#, true), (#"{"p":"\u004DSHTA.EXE"}"#, true), (#"{"p":"\\u006dshta.exe"}"#, true),
            (#"{"p":"\u005cu006dshta.exe"}"#, true), (#"{"p":"\\u\u0030\u0030\u0036dshta.exe"}"#, true),
            (#"{"p":"\\\u0075006dshta.exe"}"#, true), (#"{"p":"&#109;shta.exe"}"#, true),
            (#"{"p":"&#x6D;shta.exe"}"#, true), (#"{"p":"\u0026#109;shta.exe"}"#, true),
            (#"{"p":"&\u0023109;shta.exe"}"#, true), (#"{"p":"<Data>msh<!-- x -->ta.exe</Data>"}"#, true),
            (#"{"p":"\u003c![CDATA[m]]\u003e\u003c![CDATA[shta.exe]]\u003e"}"#, true),
            (#"{"p":"C:\\Users\\u00zz"}"#, false), (#"{"p":"C:\\users\\u0"}"#, false),
            (#"{"p":"\u0000\u0027\u003e"}"#, false),
            (#"{"p":"a \u0026\u0026 b \u003cc\u003e &lt;&amp;"}"#, false), (#"{"p":"\u00e9\u2013"}"#, false),
            (#"{"p":"u006d"}"#, false), (#"{"p":"6! ,# .#"}"#, false), (#"\u00"#, false), (#"{"p":"\u007a"}"#, false),
        ])
    func escapes(_ line: String, _ expected: Bool) throws {
        let chosen = try prefilter(equals("p", "mshta.exe"))
        #expect(chosen.finds(line) == expected)
        // What the kernel finds is what is found at every place of the line.
        let isFound = Array(line.utf8).withUnsafeBytes { line in
            line.indices.contains { chosen.verify($0, in: line) } && chosen.admits(behindKeys: line)
        }
        #expect(isFound == expected)
    }

    @Test("looks at no byte outside what it was given")
    func bounds() throws {
        let chosen = try prefilter(equals("p", "mshta.exe"))
        let line = Array("mshta.exe\\u006d&#".utf8)
        for length in 0...line.count {
            let copy = Array(line[..<length])
            copy.withUnsafeBytes { bytes in
                for place in -2...(length + 2) { _ = chosen.verify(place, in: bytes) }
            }
        }
        #expect(!chosen.finds([]))
    }
}
