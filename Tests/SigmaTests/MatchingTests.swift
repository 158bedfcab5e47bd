import Matching
import Sigma
import Testing

/// Whether a detection takes an event, by the compiled condition.
private func takes(
    _ detection: String, _ event: Event, placeholders: SigmaPlaceholders = SigmaPlaceholders()
) throws -> Bool {
    let compiled = try SigmaCompiler(placeholders: placeholders).compile(try rule(detection), source: .logsource("any"))
    return event.satisfies(compiled.plan.filter)
}

private func takes(_ key: String, _ value: String, _ event: Event) throws -> Bool {
    try takes("selection:\n  \(key): \(value)\ncondition: selection", event)
}

@Suite("Rules take the events that the specification says")
struct MatchingTests {
    @Test(
        "one value",
        arguments: [
            // Wildcards and escapes.
            ("x", "abc", "aBc", true), ("x", "abc", "abcd", false), ("x", "'a*c'", "a--\n--C", true),
            ("x", "'a?c'", "a\u{e9}c", true), ("x", "'a?c'", "ac", false), ("x", "'a\\*c'", "a*c", true),
            ("x", "'a\\*c'", "abc", false), ("x", "'a\\?c'", "abc", false), ("x", "'a\\?c'", "a?c", true),
            ("x", "'a\\\\*'", "a\\b", true), ("x", "'a\\\\\\*'", "a\\*", true), ("x", "'a\\\\\\*'", "a\\b", false),
            ("x", "'\\a\\'", "\\A\\", true), ("x", "'a\\\\b'", "a\\b", true), ("x", "'a\\\\\\\\b'", "a\\\\b", true),
            ("x", "'a\\\\\\b'", "a\\\\b", true), ("x", "'?*'", "", false), ("x", "'*'", "", true),
            // Numbers and booleans by their text.
            ("x", "10", "10", true), ("x", "10", "10.0", false), ("x", "0x1F", "0x1f", true),
            ("x", "true", "true", true),
            ("x|contains", "68", "4688", true), ("x|endswith", "1.0", "11.0", true),
            // Texts.
            ("x|contains", "b", "aBc", true), ("x|startswith", "'ab'", "ABC", true),
            ("x|endswith", "'bc'", "ABC", true),
            ("x|startswith", "'b'", "ABC", false), ("x|contains|all", "[a, c]", "abc", true),
            ("x|contains|all", "[a, d]", "abc", false), ("x|contains", "[a, d]", "abc", true),
            ("x|cased", "abc", "aBc", false), ("x|contains|cased", "B", "aBc", true),
            ("x|contains", "''", "a", true), ("x|endswith", "'*a'", "ba", true),
            // Regular expressions.
            ("x|re", "'^a.c$'", "abc", true), ("x|re", "'^a.c$'", "aBC", false), ("x|re|i", "'^a.c$'", "aBC", true),
            ("x|re", "'b'", "abc", true), ("x|re", "'^b'", "a\nb", false), ("x|re|m", "'^b'", "a\nb", true),
            ("x|re", "'a.b'", "a\nb", false), ("x|re|s", "'a.b'", "a\nb", true), ("x|re", "'^$'", "", true),
            ("x|re", "4104", "x4104", true), ("x|re", "'(?i)a{2}'", "AA", true),
            // Networks.
            ("x|cidr", "10.0.0.0/8", "10.1.2.3", true), ("x|cidr", "10.0.0.0/8", "11.1.2.3", false),
            ("x|cidr", "[10.0.0.0/8, 'fe80::/10']", "FE80::1", true),
            ("x|cidr", "10.0.0.0/8", "::ffff:10.0.0.1", false),
            ("x|cidr", "10.0.0.0/8", "host", false),
            // Orders.
            ("x|gt", "9", "10", true), ("x|gte", "10", "10.0", true), ("x|lt", "9", "10", false),
            ("x|lte", "1e1", "10", true),
            ("x|gt", "9", "0xa", false), ("x|gt", "9", "ten", false),
            // Parts of times.
            ("x|hour", "7", "2024-02-29T07:08:09Z", true), ("x|minute|lt", "9", "2024-02-29 07:08:09", true),
            ("x|day", "29", "2024-02-29", true), ("x|month|gte", "3", "2024-02-29", false),
            ("x|year", "2024", "2024-02-29", true),
            ("x|week", "9", "2024-02-29", true), ("x|hour|neq", "7", "2024-02-29T07:08:09Z", false),
            ("x|hour|neq", "7", "soon", false),
            // Differing.
            ("x|neq", "abc", "aBc", false), ("x|neq", "abc", "abd", true), ("x|neq", "[a, b]", "b", false),
            ("x|neq", "[a, b]", "c", true), ("x|neq", "a", "", true), ("x|neq", "''", "", false),
            ("x|neq", "''", "a", true),
            ("x|contains|neq", "b", "abc", false), ("x|re|neq", "b", "abc", false), ("x|re|neq", "b", "acc", true),
            ("x|cidr|neq", "10.0.0.0/8", "11.0.0.1", true), ("x|neq", "null", "a", true), ("x|neq", "'a?'", "b", true),
            // Empty and null.
            ("x", "''", "", true), ("x", "''", "a", false), ("x", "null", "", false), ("x", "null", "a", false),
            ("x|exists", "true", "", true), ("x|exists", "false", "", false), ("x", "[null, a]", "A", true),
        ])
    func values(key: String, rule: String, value: String, expected: Bool) throws {
        #expect(try takes(key, rule, ["x": .text(value)]) == expected, "\(key): \(rule) on \(value)")
    }

    @Test(
        "a field that is missing, null, a list or an object",
        arguments: [
            ("x", "''", [:], true), ("x", "''", ["x": .null], true), ("x", "null", [:], true),
            ("x", "null", ["x": .null], true), ("x", "null", ["x": .list([])], true), ("x", "'*'", [:], false),
            ("x", "'*'", ["x": .null], false), ("x|exists", "true", ["x": .null], true),
            ("x|exists", "true", ["x": .list([])], true), ("x|exists", "false", [:], true), ("x|neq", "a", [:], false),
            ("x|neq", "a", ["x": .null], false), ("x|neq", "null", ["x": .null], false), ("x|re", "'^$'", [:], false),
            ("x", "b", ["x": .list(["a", "B"])], true), ("x|contains|all", "[a, b]", ["x": .list(["a", "b"])], true),
            ("x|gt", "1", ["x": .null], false),
        ] as [(String, String, Event, Bool)])
    func presence(key: String, rule: String, event: Event, expected: Bool) throws {
        #expect(try takes(key, rule, event) == expected, "\(key): \(rule) on \(event)")
    }

    @Test("dashes of Windows programs stand for each other before a word and not behind one")
    func windowsDashes() throws {
        for dash in ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"] {
            for written in ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"] {
                #expect(try takes("x|windash|contains", "' \(written)enc-x '", ["x": .text("a \(dash)ENC-x b")]))
            }
            #expect(try takes("x|windash|contains", "'a-b'", ["x": .text("a\(dash)b")]) == (dash == "-"))
            #expect(try takes("x|contains|windash", "' - '", ["x": .text(" \(dash) ")]) == (dash == "-"))
            let many = "-a /b -c /d -e /f.*"
            #expect(
                try takes("x|windash|endswith", "'\(many)'", ["x": .text("z \(dash)A -b -c \(dash)d -e \(dash)f.z")]))
            #expect(try !takes("x|windash|endswith", "'\(many)'", ["x": .text("z \(dash)A -b -c -d -e +f.z")]))
        }
    }

    @Test("texts are found in Base64 wherever they begin")
    func base64() throws {
        #expect(try takes("x|base64", "'http://'", ["x": "aHR0cDovLw=="]))
        #expect(try takes("x|base64|cased", "'http://'", ["x": "aHR0cDovLw=="]))
        #expect(try !takes("x|base64|cased", "'http://'", ["x": "AHR0cDovLw=="]))
        for encoded in ["aHR0cDovL2E=", "eGh0dHA6Ly9h", "eHhodHRwOi8vYQ=="] {
            #expect(try takes("x|base64offset|contains", "'http://'", ["x": .text("-e \(encoded)")]), "\(encoded)")
        }
        // `ping` in UTF-16.
        #expect(try takes("x|wide|base64offset|contains", "ping", ["x": "cABpAG4AZwA="]))
        #expect(try takes("x|utf16be|base64|startswith", "ping", ["x": "AHAAaQBuAGc=="]))
        #expect(try takes("x|utf16|base64", "a", ["x": "//5hAA=="]))
    }

    @Test("UTF-16 outside Base64 is its bytes as text")
    func utf16() throws {
        #expect(try takes("x|wide", "ab", ["x": "A\0b\0"]))
        #expect(try takes("x|utf16be|contains", "ab", ["x": "--\0a\0b--"]))
        #expect(try takes("x|utf16", "'a*'", ["x": "\u{FF}\u{FE}a\0zz"]))
        #expect(try takes("x|utf16le", "\u{e9}", ["x": "\u{e9}\0"]))
    }

    @Test("fields are compared with each other")
    func references() throws {
        let event: Event = ["x": "C:\\Windows\\a.exe", "y": "c:\\windows\\", "z": "A.exe", "n": .null]
        #expect(try takes("x|fieldref|startswith", "y", event))
        #expect(try takes("x|fieldref|endswith", "z", event))
        #expect(try takes("x|fieldref|contains", "z", event))
        #expect(try !takes("x|fieldref|endswith|cased", "z", event))
        #expect(try !takes("x|fieldref", "y", event))
        #expect(try takes("x|fieldref|neq", "y", event))
        #expect(try takes("x|fieldref", "[n, x]", event))
        #expect(try !takes("n|fieldref", "n", event))
        #expect(try !takes("x|fieldref|neq", "missing", event))
    }

    @Test("keywords are looked for in each value, and not in names")
    func keywords() throws {
        let event: Event = ["Name": "first", "Other": .list(["Second", "third"]), "Number": "4688"]
        #expect(try takes("keywords: [SECON]\ncondition: keywords", event))
        #expect(try takes("keywords: [none, 468]\ncondition: keywords", event))
        #expect(try !takes("keywords: [name]\ncondition: keywords", event))
        #expect(try takes("keywords: {'|all': [first, third]}\ncondition: keywords", event))
        #expect(try !takes("keywords: {'|all': [first, fourth]}\ncondition: keywords", event))
        #expect(try takes("keywords: 'f?r*t'\ncondition: keywords", event))
        #expect(try takes("keywords: {'|re': '^t.*d$'}\ncondition: keywords", event))
        #expect(try !takes("keywords: {'|cased': SECOND}\ncondition: keywords", event))
        #expect(try !takes("keywords: {'|startswith': hird}\ncondition: keywords", event))
        #expect(try takes("keywords: [{Name: x}, thir]\ncondition: keywords", event))
    }

    @Test("maps are AND, lists of maps are OR, and conditions join them")
    func structure() throws {
        let event: Event = ["a": "1", "b": "2", "c": "3"]
        #expect(try takes("s: {a: 1, b: 2}\ncondition: s", event))
        #expect(try !takes("s: {a: 1, b: 3}\ncondition: s", event))
        #expect(try takes("s: [{a: 2}, {b: 2, c: 3}]\ncondition: s", event))
        #expect(try !takes("s: [{a: 2}, {b: 2, c: 4}]\ncondition: s", event))
        let selections = "s1: {a: 1}\ns2: {b: 2}\ns3: {c: 4}\n_x: {c: 5}\n"
        #expect(try takes(selections + "condition: 2 of s*", event))
        #expect(try !takes(selections + "condition: 3 of s*", event))
        #expect(try !takes(selections + "condition: all of them", event))
        #expect(try takes(selections + "condition: 1 of them and not _x", event))
        #expect(try takes(selections + "condition: [s3, s1 and s2]", event))
        #expect(try takes(selections + "condition: s1 and not (s3 or _x)", event))
    }

    @Test("placeholders stand for their values, which may hold wildcards")
    func placeholders() throws {
        let placeholders = try SigmaTests.placeholders("servers: [srv*, db1]\nbits: '[0-9]+'\n")
        func takes(_ item: String, _ value: String) throws -> Bool {
            try SigmaTests.takes("s: {\(item)}\ncondition: s", ["x": .text(value)], placeholders: placeholders)
        }
        #expect(try takes("x|expand: '%servers%'", "SRV12"))
        #expect(try takes("x|expand|endswith: '-%servers%'", "x-db1"))
        #expect(try !takes("x|expand: '%servers%'", "db12"))
        #expect(try takes("x|contains|expand: '%servers%'", "a db12"))
        #expect(try takes("x|expand: '\\%servers%-%servers%'", "%servers%-db1"))
        #expect(try takes("x|re|expand: '^n%bits%$'", "n12"))
        #expect(try takes("x: '%servers%'", "%servers%"))
        #expect(try takes("x|expand: '100% of 5%'", "100% of 5%"))
    }

    @Test("filters are joined as they are written")
    func filters() throws {
        let text = """
            title: f
            logsource: {product: windows}
            filter: {rules: any, selection: {User|startswith: adm_}, condition: not selection}
            """
        guard case .filter(let filter) = try read(text, file: "f.yml").documents.first else {
            Issue.record("no filter")
            return
        }
        let rule = try rule("s: {x: 1}\ncondition: s")
        let compiled = try SigmaCompiler().compile(rule, source: .logsource("any"), filters: [filter])
        #expect((["x": "1", "User": "bob"] as Event).satisfies(compiled.plan.filter))
        #expect(!(["x": "1", "User": "adm_bob"] as Event).satisfies(compiled.plan.filter))
        #expect(compiled.fields == ["x", "User"])
        #expect(compiled.selections.map(\.name) == ["s"])
    }
}
