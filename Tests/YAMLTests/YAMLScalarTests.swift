import Testing
import YAML

@Suite struct YAMLScalarTests {
    @Test(
        "plain scalars resolve as the core schema says",
        arguments: [
            ("", YAMLScalar.null), ("~", .null), ("null", .null), ("NULL", .null), ("nULL", .text("nULL")),
            ("true", .bool(true)), ("False", .bool(false)), ("yes", .text("yes")), ("on", .text("on")),
            ("0", .integer(0)), ("-12", .integer(-12)), ("+7", .integer(7)), ("0x1F", .integer(31)),
            ("0o17", .integer(15)),
            ("007", .integer(7)), ("0x-1", .text("0x-1")), ("0x", .text("0x")), ("-0x1", .text("-0x1")),
            ("1.5", .float(1.5)), (".5", .float(0.5)), ("5.", .float(5)), ("1e3", .float(1_000)),
            ("-1.5E-2", .float(-0.015)),
            ("99999999999999999999", .float(1e20)), (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)),
            (".", .text(".")), ("1e", .text("1e")), ("+", .text("+")), ("1_000", .text("1_000")),
            ("1.2.3", .text("1.2.3")),
            ("2024-09-30", .text("2024-09-30")), ("T1047", .text("T1047")), ("e5", .text("e5")), ("-", .text("-")),
        ])
    func core(text: String, expected: YAMLScalar) {
        #expect(YAMLScalar(plain: text) == expected)
    }

    @Test("what is not a number is a number")
    func notANumber() {
        guard case .float(let value) = YAMLScalar(plain: ".nan") else {
            Issue.record("not a float")
            return
        }
        #expect(value.isNaN)
    }

    @Test("quotes and tags decide before the text does")
    func quotesAndTags() throws {
        let text = "[1, '1', \"true\", !!str 1, !!int '1', ! 1, null, 'null']\n"
        let nodes = try #require(try YAMLStream(Array(text.utf8), file: "f").documents.first?.sequence)
        #expect(
            nodes.map(\.scalar) == [
                .integer(1), .text("1"), .text("true"), .text("1"), .integer(1), .text("1"), .null, .text("null"),
            ])
        #expect(nodes.map(\.text) == ["1", "1", "true", "1", "1", "1", nil, "null"])
        #expect(nodes.map(\.isNull) == [false, false, false, false, false, false, true, false])
    }

    @Test("a text that would be taken for a tag is refused where it stands")
    func unknownTag() throws {
        #expect {
            _ = try YAMLStream(Array("a: 1\nb: !evil text\n".utf8), file: "f")
        } throws: { error in
            "\(error)".hasPrefix("f:2:4: !evil is read as a tag")
        }
    }

    @Test("typed reading takes only its own type")
    func typed() throws {
        let nodes = try #require(
            try YAMLStream(Array("[1, 1.5, true, x, [y]]\n".utf8), file: "f").documents.first?.sequence)
        #expect(nodes.map(\.integer) == [1, nil, nil, nil, nil])
        #expect(nodes.map(\.number) == [1, 1.5, nil, nil, nil])
        #expect(nodes.map(\.bool) == [nil, nil, true, nil, nil])
        #expect(nodes.map(\.kindName) == ["a scalar", "a scalar", "a scalar", "a scalar", "a list"])
    }
}
