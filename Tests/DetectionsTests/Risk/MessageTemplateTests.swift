import Testing
import Values

@testable import Detections

@Suite struct MessageTemplateTests {
    private let values: [String: Value] = [
        "dest": "srv-1", "user": .multivalue(["a", "b"]), "count": 3, "share": .number(0.5), "a.b": "dotted",
        "x$": "no",
    ]

    static let cases: [(String, String)] = [
        ("on $dest$", "on srv-1"), ("$dest$$dest$", "srv-1srv-1"), ("by $user$.", "by a, b."),
        ("$count$ at $share$", "3 at 0.5"), ("$result.dest$", "srv-1"), ("$a.b$", "dotted"),
        ("from $dest by abusing", "from $dest by abusing"), ("$missing$ on $dest$", "$missing$ on srv-1"),
        ("$dest by $user$", "$dest by a, b"), ("$$dest$", "$srv-1"), ("5$ and 6$", "5$ and 6$"), ("$", "$"),
        ("", ""),
        ("$$", "$$"), ("$Dest$", "$Dest$"), ("é $dest$ é", "é srv-1 é"),
    ]

    @Test("tokens are replaced, everything else stays as it is written", arguments: cases)
    func filled(template: String, expected: String) {
        #expect(MessageTemplate(template).filled { values[$0] ?? .missing }.string == expected)
    }

    @Test("values that look like tokens are not replaced again")
    func noRecursion() {
        let text = MessageTemplate("$a$ $b$").filled { $0 == "a" ? "$b$" : "2" }
        #expect(text.string == "$b$ 2")
    }
}
