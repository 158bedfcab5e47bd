import Testing
import YAML

@Suite struct YAMLStreamTests {
    private func document(_ text: String) throws -> YAMLNode {
        try #require(try YAMLStream(Array(text.utf8), file: "test.yml").documents.first)
    }

    private func failure(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
        do throws(YAMLError) {
            _ = try YAMLStream(Array(text.utf8), file: "test.yml", limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("mappings keep the order of their keys, and nodes know where they begin")
    func order() throws {
        let node = try document("zulu: 1\nalpha:\n  - x\n  - [y, z]\nmike: {a: b}\n")
        #expect(node.mapping?.keys == ["zulu", "alpha", "mike"])
        #expect(node["alpha"]?.sequence?[1].sequence?.compactMap(\.text) == ["y", "z"])
        #expect(node["mike"]?["a"]?.text == "b")
        #expect(node["alpha"]?.sequence?[1].mark == YAMLMark(line: 4, column: 5))
        #expect(node["nothing"] == nil)
    }

    @Test("block scalars keep or fold their lines")
    func blocks() throws {
        let node = try document("a: |\n  one\n  two\nb: >-\n  one\n  two\nc: 'it''s'\nd: \"tab\\tand \\u00e9\"\n")
        #expect(node["a"]?.text == "one\ntwo\n")
        #expect(node["b"]?.text == "one two")
        #expect(node["c"]?.text == "it's")
        #expect(node["d"]?.text == "tab\tand é")
    }

    @Test("lines may end with CR LF")
    func carriageReturns() throws {
        let node = try document("a: 1\r\nb:\r\n  - x\r\nc: |\r\n  t\r\n")
        #expect(node["a"]?.integer == 1)
        #expect(node["b"]?.sequence?.first?.text == "x")
        #expect(node["c"]?.text == "t\n")
    }

    @Test("a file may hold several documents, or none")
    func severalDocuments() throws {
        let stream = try YAMLStream(Array("a: 1\n---\nb: 2\n...\n---\n- c\n".utf8), file: "f")
        #expect(stream.documents.count == 3)
        #expect(stream.documents[1]["b"]?.integer == 2)
        #expect(try YAMLStream([], file: "f").documents.isEmpty)
        #expect(try YAMLStream(Array("# only a comment\n".utf8), file: "f").documents.isEmpty)
    }

    /// The first value of each document, or the place of an error.
    private func parts(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [String] {
        YAMLStream.parts(of: Array(text.utf8), file: "f", limits: limits).parts.map { part in
            switch part {
            case .document(let node): "\(node.mapping?.entries.first?.value.text ?? "") \(node.mark.line)"
            case .broken(let error, _): "error \(error.mark.line):\(error.mark.column)"
            }
        }
    }

    @Test("documents before and behind an error can be read, and know where they begin")
    func documentsAroundErrors() {
        #expect(
            parts("a: 1\n---\na: [\nb: 2\n---\na: 3\n---\na: 'b\n---\na: 4\n").filter { !$0.contains("error") }
                == ["1 1", "3 6", "4 10"])
        #expect(parts("a: 1\r\n---\r\na:\r\n\tb: 2\r\n--- # next\r\na: 3\r\n") == ["1 1", "error 4:1", "3 6"])
        // Three hyphens inside of a line, or with more behind them, begin none.
        #expect(parts("a: |\n  ---\n---x: [\n---\na: 2").last == "2 5")
        #expect(
            parts("%YAML 1.2\n---\na: 1\n...\na: 2\n...\n}\n...\n%TAG ! !x\n---\na: 3\n")
                == ["1 3", "error 5:1", "3 11"])
        #expect(parts("a: \u{1}\n---\na: 2\n---\na: 'x") == ["error 1:4", "2 3", "error 5:6"])
        #expect(parts("---\n---\n]\n").count == 2)
    }

    @Test("what can be read around errors heeds the limits of the whole text")
    func limitsAroundErrors() {
        var limits = YAMLLimits()
        limits.nodes = 10
        #expect(
            parts("]\n---\na: 1\n---\na: 2\n---\na: [1, 2, 3, 4]\n---\na: 3\n", limits: limits)
                == ["error 1:1", "1 3", "2 5", "error 7:8"])
        limits.bytes = 3
        #expect(parts("]\n---\na: 1\n", limits: limits) == ["error 1:1"])
    }

    @Test("an alias stands for what its anchor names, within its document")
    func aliases() throws {
        let node = try document("base: &b [1, 2]\ncopy: *b\n")
        #expect(node["copy"]?.sequence?.compactMap(\.integer) == [1, 2])
        #expect(failure("a: *missing\n")?.reason.contains("*missing") == true)
        #expect(failure("a: &x 1\n---\nb: *x\n") != nil)
        #expect(failure("a: &x [*x]\n") != nil)
    }

    @Test("merged keys give way to own ones and to earlier merged ones")
    func mergeKeys() throws {
        let node = try document(
            """
            one: &one {a: 1, b: 1}
            two: &two {b: 2, c: 2}
            both: {<<: [*one, *two], c: 3}
            quoted: {"<<": text}
            """)
        let both = try #require(node["both"])
        #expect(both["a"]?.integer == 1)
        #expect(both["b"]?.integer == 1)
        #expect(both["c"]?.integer == 3)
        #expect(node["quoted"]?["<<"]?.text == "text")
        #expect(failure("a: {<<: 3}\n")?.reason.contains("<<") == true)
    }

    @Test("of equal keys the last wins, and both places are told")
    func duplicateKeys() throws {
        let stream = try YAMLStream(Array("a: 1\nb: 2\na: 3\n".utf8), file: "f.yml")
        let document = try #require(stream.documents.first)
        #expect(document["a"]?.integer == 3)
        #expect(document.mapping?.keys == ["a", "b"])
        #expect(stream.warnings.map(\.mark) == [YAMLMark(line: 3, column: 1)])
        #expect(stream.warnings.first?.description.hasPrefix("f.yml:3:1: ") == true)
        #expect(stream.warnings.first?.reason.contains("line 1") == true)
    }

    @Test("keys are told apart by their bytes, not by how they look")
    func canonicallyEquivalentKeys() throws {
        let stream = try YAMLStream(Array("\u{E9}: 1\ne\u{301}: 2\n".utf8), file: "f")
        #expect(stream.warnings.isEmpty)
        #expect(stream.documents.first?["\u{E9}"]?.integer == 1)
        #expect(stream.documents.first?["e\u{301}"]?.integer == 2)
    }

    @Test("keys that are no scalars are kept in order")
    func complexKeys() throws {
        let node = try document("? [a, b]\n: 1\nc: 2\n")
        #expect(node.mapping?.entries.count == 2)
        #expect(node.mapping?.entries.first?.key.sequence?.count == 2)
    }

    @Test(
        "errors give file, line and column",
        arguments: [
            ("a: [1, 2\nb: 3\n", 2), ("a: 1\n b: 2\n", 2), ("a: 'open\n", 2), ("- a\nb: c\n", 2),
        ])
    func places(text: String, line: Int) throws {
        let error = try #require(failure(text))
        #expect(error.file == "test.yml")
        #expect(error.mark.line == line, "\(error)")
        #expect(error.mark.column >= 1)
        #expect(!error.reason.isEmpty)
    }

    @Test("a tab in the indentation is named as the cause")
    func tabs() throws {
        let error = try #require(failure("a:\n\tb: 1\n"))
        #expect(error.mark.line == 2)
        #expect(error.reason.contains("spaces"), "\(error)")
    }

    @Test("bytes that are not UTF-8 are located")
    func encoding() throws {
        do throws(YAMLError) {
            _ = try YAMLStream(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A], file: "f")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.mark == YAMLMark(line: 2, column: 4))
            #expect(error.reason.contains("UTF-8"))
        }
        #expect(failure("a: \u{0}\n") != nil)
    }

    @Test("aliases of aliases do not grow beyond the limit")
    func bomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        let error = try #require(failure(text))
        #expect(error.reason.contains("nodes"))
    }

    @Test("nesting, size and nodes are limited")
    func limits() throws {
        var limits = YAMLLimits()
        #expect(failure(String(repeating: "[", count: 10_000))?.reason.contains("nested") == true)
        #expect(
            failure(String(repeating: "[", count: limits.depth) + String(repeating: "]", count: limits.depth)) == nil)
        limits.bytes = 4
        #expect(failure("a: 1\n", limits: limits)?.reason.contains("bytes") == true)
    }

    @Test("a text that was cut off or damaged anywhere is read, or refused with a place in it and a reason")
    func damage() {
        let first = "a: &x {b: [1, 'two', \"thr\\x41\"], <<: {c: !!str 1}}\nd: |\n  text\n? e\n: *x\n"
        let text = Array((first + "---\n- 1\n").utf8)
        var outcomes: [Bool: Int] = [:]
        func read(_ bytes: [UInt8]) {
            do throws(YAMLError) {
                let stream = try YAMLStream(bytes, file: "f")
                outcomes[true, default: 0] += 1
                #expect(stream.documents.count <= 2)
            } catch {
                outcomes[false, default: 0] += 1
                // The end of a text whose last line is not ended counts as a line of its own.
                let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false) + [[]]
                #expect(error.file == "f" && !error.reason.isEmpty)
                guard (1...lines.count).contains(error.mark.line) else {
                    Issue.record("\(error) is behind the end of \(bytes)")
                    return
                }
                #expect((1...lines[error.mark.line - 1].count + 1).contains(error.mark.column), "\(error): \(bytes)")
            }
        }
        for count in 0...text.count {
            read(Array(text[..<count]))
            for byte in [UInt8(0), 0x09, 0x5B, 0x7B, 0x26, 0x2A, 0x80, 0xFF] {
                let damaged = Array(text[..<count]) + [byte] + Array(text[count...])
                read(damaged)
                // Where UTF-8 ends nothing is read; other damage to the first document costs no other.
                guard byte < 0x80, count < first.utf8.count else { continue }
                let last = YAMLStream.parts(of: damaged, file: "f").parts.last
                guard case .document(let node)? = last else {
                    Issue.record("\(byte) at \(count) costs the last document: \(last.debugDescription)")
                    continue
                }
                #expect(node.sequence?.map(\.text) == ["1"], "\(byte) at \(count)")
            }
        }
        // Else nothing was damaged, or nothing was read.
        #expect(outcomes[true, default: 0] > 100 && outcomes[false, default: 0] > 300, "\(outcomes)")
    }
}

extension YAMLNode {
    /// Of whole numbers; `nil` for all else.
    var integer: Int? {
        if case .integer(let value) = scalar { value } else { nil }
    }
}
