import TestRandom
import Testing

@testable import Events

@Suite("Forms of events")
struct EventFormsTests {
    private static let paths = ["EventID", "Channel", "a", "a.b", "a.c", "tags", "tags{}", "list{}.name"]

    private static func parser() -> EventParser {
        var layout = EventLayout()
        for path in paths { _ = layout.slot(for: path) }
        return EventParser(layout: layout)
    }

    private func form(_ parser: EventParser, _ line: String) -> EventForms.Reference? {
        Array(line.utf8).withUnsafeBytes { bytes in
            #expect(parser.parse(bytes) == nil, "\(line)")
            return parser.form()
        }
    }

    @Test("are known from the second event on, in whatever order its keys stand")
    func order() {
        let parser = Self.parser()
        let first = form(parser, #"{"EventID":1,"Channel":"x","a":{"b":1}}"#)
        let second = form(parser, #"{"a":{"b":"y"},"Channel":"","EventID":2}"#)
        let third = form(parser, #"{"Channel":null,"a":{"b":3},"EventID":4,"unwanted":5}"#)
        #expect(first == nil)
        #expect(second != nil)
        #expect(third == second)
    }

    private static let lines = [
        #"{"EventID":1}"#, #"{"EventID":1,"Channel":"x"}"#, #"{"EventID":1,"a":{"b":1}}"#,
        #"{"EventID":1,"a":{"c":1}}"#, #"{"EventID":1,"a":{}}"#, #"{"EventID":1,"a":{"x":1}}"#, #"{"EventID":1,"a":2}"#,
        #"{"EventID":1,"a":[2]}"#, #"{"EventID":1,"tags":["x"]}"#, #"{"EventID":1,"tags":[{"x":1}]}"#,
        #"{"result":{"EventID":1}}"#, #"{"_source":{"EventID":1}}"#, #"{"EventID":1,"list":[{"name":1}]}"#,
    ]

    @Test("are different where values stand in other places, or are of another kind", arguments: lines)
    func differences(_ line: String) {
        let parser = Self.parser()
        for _ in 0..<3 { _ = form(parser, line) }
        let own = form(parser, line)
        #expect(own != nil)
        for other in Self.lines where other != line {
            for _ in 0..<4 { #expect(form(parser, other) != own, "\(other) has the form of \(line)") }
        }
        #expect(form(parser, line) == own)
    }

    @Test("keep their references apart when they take each other's places")
    func references() {
        var layout = EventLayout()
        for number in 0..<2000 { _ = layout.slot(for: "key\(number)") }
        let parser = EventParser(layout: layout)
        var forms: [Int: [UInt32: Int]] = [:]
        for number in 0..<6000 {
            let key = number % 2000
            for _ in 0..<3 {
                guard let form = form(parser, #"{"key\#(key)":1}"#) else { continue }
                #expect(form.place < EventForms.capacity)
                let known = forms[form.place, default: [:]].updateValue(key, forKey: form.generation)
                #expect(known == nil || known == key, "one place and generation stood for two forms")
            }
        }
        // Else none would have taken another's place.
        #expect(forms.count > 1 && forms.values.contains { $0.count > 1 })
    }
}
