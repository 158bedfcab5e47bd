import Testing

@testable import Reporting

@Suite("Diagnostics")
struct DiagnosticTests {
    @Test("say the place, what is wrong and what to do")
    func text() {
        let error = Diagnostic(place: "rules/a.yml:3:14", message: "join is not supported", remedy: "leave it out")
        #expect(error.text() == "trawl: rules/a.yml:3:14: join is not supported; leave it out\n")
        #expect(Diagnostic(.warning, message: "no macro folder").text() == "trawl: warning: no macro folder\n")
        let note = Diagnostic(.note, message: "in this search", details: ["| join x", "  ^~~~"])
        #expect(note.text() == "trawl: note: in this search\n  | join x\n    ^~~~\n")
    }

    @Test("quote content and paths harmlessly")
    func hostile() {
        let error = Diagnostic(place: "a\u{1b}[2J\nb", message: "\u{9b}x\u{202e}", remedy: "\u{7}", details: ["\r"])
        #expect(error.text() == "trawl: a\\x1b[2J\\nb: \\u{9b}x\\u{202e}; \\x07\n  \\r\n")
        #expect(withoutColors(error.text(hasColor: true)) == error.text())
        #expect(error.text(hasColor: true) != error.text())
    }

    @Test("of output errors name the destination and the remedy")
    func outputErrors() {
        #expect(
            Diagnostic(OutputError.noSpace(destination: "out.csv")).text()
                == "trawl: out.csv: no space left; free some or write to another disk\n")
        #expect(
            Diagnostic(OutputError.isDirectory(path: "out")).text()
                == "trawl: out: is a folder; give the name of a file in it\n")
    }
}
