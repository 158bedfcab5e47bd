import TestRandom
import Testing
import Values

@testable import Pipeline

@Suite("Documents in fields")
struct DocumentTests {
    private func pairs(_ form: PairExtraction.Form, _ text: [UInt8]) -> [String: Value] {
        var names: [String] = []
        let values = PairReader(form).values(in: .text(Text(bytes: text))) { name in
            if let known = names.firstIndex(of: name) { return known }
            names.append(name)
            return names.count - 1
        }
        return Dictionary(values.map { (names[$0.column], $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("Deep JSON and XML end at their limits, not at the stack's")
    func depth() {
        for count in [50, 5_000, 200_000] {
            let arrays = Array(String(repeating: "[", count: count).utf8)
            let objects = Array(String(repeating: "{\"a\":", count: count).utf8)
            let elements = Array(String(repeating: "<a>", count: count).utf8)
            for text in [arrays, objects, elements, objects + Array("1".utf8)] {
                _ = pairs(.document, text)
                _ = DataPath("a.a{}.a")?.texts(in: text)
                _ = XMLPath("//a/a")?.texts(in: text)
            }
        }
        let nested = String(repeating: "{\"a\":", count: 90) + "7" + String(repeating: "}", count: 90)
        #expect(pairs(.document, Array(nested.utf8)).values.first == "7")
    }

    @Test("A path of any number of steps, which an event may bring, ends with the document")
    func longPaths() throws {
        let document = text(#"{"a":[{"b":1}],"c":2}"#)
        for count in [1, 99, 100_000] {
            let steps = String(repeating: "{}", count: count)
            for path in ["a" + steps + ".b", "c" + steps + ".b", "c" + steps] {
                let found = try evaluate(.call(.jsonExtract, [document, text(path)]))
                let isThere = path.hasPrefix("a") || path.hasSuffix("{}")
                #expect(found.isMissing == !isThere, "\(count) steps")
                let left = try evaluate(.call(.jsonDelete, [document, text(path)]))
                let isDeleted = path.hasPrefix("a") && count == 1
                #expect(left == (isDeleted ? .text(#"{"a":[{}],"c":2}"#) : .text(#"{"a":[{"b":1}],"c":2}"#)))
                _ = try evaluate(.call(.jsonSet, [document, text(path), text("x")]))
            }
        }
    }

    @Test("What is malformed ends the reading and keeps what came before")
    func malformed() {
        #expect(pairs(.document, Array(#"{"a": 1, "b": "\u00"}"#.utf8)) == ["a": "1"])
        #expect(pairs(.document, Array(#"{"a": 1, "b": "x"#.utf8)) == ["a": "1"])
        #expect(pairs(.document, Array(#"{"a": 1,, "b": 2}"#.utf8)) == ["a": "1"])
        #expect(pairs(.document, Array("<r><a>1</a><b x=>2</b></r>".utf8))["r.a"] == "1")
        #expect(pairs(.document, Array("<r><a>1</b></r>".utf8)).count <= 2)
    }

    @Test("Bytes that are not UTF-8 stay")
    func invalidText() {
        let json = Array(#"{"a": ""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)
        #expect(pairs(.document, json) == ["a": .text(Text(bytes: [0xFF, 0xFE]))])
        let xml = Array("<a>".utf8) + [0xC3] + Array("</a>".utf8)
        #expect(pairs(.elements, xml) == ["a": .text(Text(bytes: [0xC3]))])
    }

    @Test("Any bytes at all do no harm, under any path and form")
    func anything() throws {
        var random = SeededGenerator(seed: 5)
        let seeds = [
            #"{"a": {"b": [1, {"c": "x\u00e9\n"}]}, "d": null, "e": "q\"", "f": [[], {}]}"#,
            "<?xml v?><E x='1'><S a=\"b\">t&amp;<![CDATA[q]]></S><!-- c --><D Name='n'>v</D></E>",
            "k=v, a.b=\"c d\"; x:1|y:2 <t>u</t>",
        ]
        let alphabet = Array("<>/!?-[]{}\"'\\=:;,.&#abu019 \n".utf8) + [0xC3, 0xFF, 0]
        let paths = try ["a.b{}.c", "E.S{@a}", "E.D{1}", "{}", "f{0}"].map { try #require(DataPath($0)) }
        let trees = try ["//S", "/E/D[@Name='n']/text()", "//*[last()]", "//@a"].map { try #require(XMLPath($0)) }
        for round in 0..<3_000 {
            var text = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                guard !text.isEmpty else { break }
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text.remove(at: place)
                case 1: text.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &random)], at: place)
                default: text.removeSubrange(place...)
                }
            }
            for path in paths { _ = path.texts(in: text) }
            for tree in trees { _ = tree.texts(in: text) }
            let delimiters = KeyValueFormat.Delimiters(pairs: ";|", values: ":=")
            let forms: [PairExtraction.Form] = [
                .document, .elements, .members(prefix: "p"), .pairs(KeyValueFormat()),
                .pairs(KeyValueFormat(delimiters: delimiters)),
            ]
            for form in forms {
                for value in pairs(form, text).values { #expect(value == value.normalised) }
            }
        }
    }

    @Test("A command that would make too many columns of the data is refused")
    func columnLimit() throws {
        let members = (0..<3_000).map { "\"k\($0)\": 1" }.joined(separator: ",")
        let rows = RowSet(columns: ["_raw"], rows: [[.text(Text("{\(members)}"))]])
        #expect(throws: PipelineError.self) {
            try run([.extract(.pairs(PairExtraction(form: .document)))], ["_raw"], rows.rows)
        }
    }
}
