import Testing

@testable import Events

@Suite("What an event was asked")
struct QuestionsTests {
    private static let paths = ["EventID", "Image", "Missing", "tags", "tags{}", "a"]

    private struct Outcome: Equatable {
        var asked: [Int32]?
        var answers: [String?] = []
    }

    /// Asks a parsed event something, and says what was noted of it and what the event answers to that.
    private func outcome(_ line: String, _ ask: (EventParser) -> Void) -> Outcome {
        var layout = EventLayout()
        for path in Self.paths { _ = layout.slot(for: path) }
        let parser = EventParser(layout: layout)
        return Array(line.utf8).withUnsafeBytes { bytes in
            #expect(parser.parse(bytes) == nil)
            parser.beginNotes()
            ask(parser)
            guard let questions = parser.endNotes() else { return Outcome(asked: nil) }
            return Outcome(
                asked: questions.map(\.number),
                answers: questions.map { question in
                    parser.answer(to: question).map { "\($0.kind) \(String(decoding: $0.text, as: UTF8.self))" }
                })
        }
    }

    private let line = #"{"EventID":1,"Image":"C:\\a.exe","tags":["x","y"],"a":{"b":1}}"#

    @Test("is noted once, in the order of asking, with the value as it is written")
    func values() {
        let found = outcome(line) { parser in
            _ = parser.value(of: 1)
            _ = parser.value(of: 0)
            _ = parser.value(of: 1)
        }
        #expect(found == Outcome(asked: [2, 0], answers: [#"string C:\\a.exe"#, "number 1"]))
    }

    @Test("is not noted where no value stands, nor for whether one stands: that is the same in all events of a form")
    func places() {
        let found = outcome(line) { parser in
            _ = parser.value(of: 2)
            _ = parser.isPresent(2)
            _ = parser.has(1)
        }
        #expect(found == Outcome(asked: []))
    }

    @Test("is whether there is text, where no more was asked")
    func texts() {
        let found = outcome(#"{"EventID":"","Image":"x"}"#) { parser in
            _ = parser.isPresent(0)
            _ = parser.isPresent(1)
        }
        #expect(found == Outcome(asked: [1, 3], answers: ["falseLiteral ", "trueLiteral "]))
    }

    @Test("can't be told of several values, of the whole line, and of too much")
    func more() {
        #expect(outcome(line) { _ = $0.value(of: 4) }.asked == nil)
        #expect(outcome(line) { $0.noteWhole() }.asked == nil)
        var layout = EventLayout()
        let names = (0...EventParser.questionLimit).map { "key\($0)" }
        for name in names { _ = layout.slot(for: name) }
        let parser = EventParser(layout: layout)
        let line = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        Array(line.utf8).withUnsafeBytes { bytes in
            #expect(parser.parse(bytes) == nil)
            for (count, isTold) in [(names.count - 1, true), (names.count, false)] {
                parser.beginNotes()
                for slot in 0..<count { _ = parser.value(of: slot) }
                #expect((parser.endNotes() != nil) == isTold)
            }
        }
    }

    @Test("leaves out what is the same in all events of a form")
    func withoutNotes() {
        let found = outcome(line) { parser in
            _ = parser.withoutNotes { parser.value(of: 0) }
            _ = parser.value(of: 1)
        }
        #expect(found.asked == [2])
    }
}
