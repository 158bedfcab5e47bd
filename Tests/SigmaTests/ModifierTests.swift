import Sigma
import Testing

@Suite("Modifiers")
struct ModifierTests {
    @Test(
        "modifiers that do not go together are refused at their key",
        arguments: [
            ("x|foo", "1"), ("x|Contains", "a"), ("x|", "a"), ("x|re|windash", "a"), ("x|contains|re", "a"),
            ("x|i", "a"), ("x|contains|i", "a"), ("x|re|re", "a"), ("x|cidr|contains", "10.0.0.0/8"),
            ("x|cidr", "[10.0.0.0/8, host]"), ("x|cidr", "10.0.0.0/33"), ("x|exists", "1"), ("x|exists|all", "true"),
            ("x|all|exists", "true"), ("'|exists'", "true"), ("'|fieldref'", "y"), ("x|gt", "many"),
            ("x|gt|contains", "1"), ("x|contains|gt", "1"), ("x|gt|neq", "1"), ("x|neq|gt", "1"), ("x|gt|hour", "1"),
            ("x|hour", "noon"), ("x|hour", "25"), ("x|minute|neq", "60"), ("x|day", "[1, 0]"), ("x|month|gt", "13"),
            ("x|hour|lt", "25"), ("x|week", "54"), ("x|day|gte", "0"), ("x|year", "-1"), ("x|hour|minute", "1"),
            ("x|re", "'('"), ("x|re|cased", "a"), ("x|cased|re", "a"),
            ("x|cidr|re", "a"), ("x|base64", "'a*b'"), ("x|contains|base64", "abc"), ("x|base64offset", "a"),
            ("x|base64|base64offset", "abc"), ("x|base64|wide", "abc"), ("x|wide|utf16be", "abc"),
            ("x|wide|windash", "-a"), ("x|contains|fieldref", "y"), ("x|fieldref", "'y*'"), ("x|fieldref|re", "y"),
            ("x|fieldref|base64", "y"),
            ("x|contains", "null"), ("x|re", "null"), ("x|contains|contains", "a"), ("x", "{a: b}"), ("x", "[[a]]"),
            ("x|contains", "[]"),
        ])
    func refused(key: String, value: String) throws {
        let error = try refusal("selection:\n  \(key): \(value)\ncondition: selection")
        let name = key.replacing("'", with: "")
        #expect(error?.path == "detection.selection.\(name)", "\(error?.reason ?? "not refused")")
        #expect(error?.kind == .invalid)
        #expect(error?.mark.line == 5)
    }

    @Test(
        "what a mistyped modifier may mean is told",
        arguments: [
            ("contians", "contains"), ("contain", "contains"), ("conntains", "contains"), ("startwith", "startswith"),
            ("EndsWith", "endswith"), ("chased", "cased"), ("cird", "cidr"), ("widash", "windash"),
        ])
    func mistyped(name: String, meant: String) throws {
        let reason = try refusal("selection:\n  x|\(name): a\ncondition: selection")?.reason
        #expect(reason?.contains("\(name);") == true && reason?.contains(meant) == true, "\(reason ?? "not refused")")
        #expect(
            try refusal("selection:\n  x|foo: a\ncondition: selection")?.reason.contains("known ones are all, base64")
                == true)
    }

    @Test(
        "modifiers that go together are taken",
        arguments: [
            ("x|contains|all|windash", "[' -a', ' /b']"), ("x|re|i|m|s", "'^a.b$'"), ("x|re|contains", "a"),
            ("x|re|ignorecase|multiline|dotall", "a"), ("x|re|i|startswith", "a"),
            ("x|wide|base64offset|contains", "abc"),
            ("x|hour|gte", "18"), ("x|hour|lt", "24"), ("x|day|gt", "0"), ("x|fieldref|neq", "y"),
            ("x|fieldref|startswith", "y"), ("x|neq", "[a, 1, null]"),
            ("x|cased|contains", "A"), ("x|contains|cased", "A"), ("x|re|all", "[a, b]"), ("x|cidr", "'fe80::/10'"),
            ("x|gt", "'1.5'"), ("x", "[null, '', 1, true]"), ("'|all'", "[a, b]"), ("'|re'", "a.b"), ("x|all", "a"),
            ("x|windash|contains", "'-a -b -c -d -e -f -g -h'"),
        ])
    func taken(key: String, value: String) throws {
        #expect(try refusal("selection:\n  \(key): \(value)\ncondition: selection") == nil)
    }

    @Test(
        "what is no selection is refused",
        arguments: [
            "selection: {}", "selection: []", "selection:", "selection: [{}]", "selection: [[]]",
            "selection: {1: {a: b}}",
        ])
    func selections(text: String) throws {
        let error = try refusal("\(text)\ncondition: selection")
        #expect(error?.path.hasPrefix("detection.selection") == true)
    }

    @Test("a placeholder without a value is told by its name")
    func placeholders() throws {
        let detection = "selection: {x|expand: '%Servers%'}\ncondition: selection"
        let error = try refusal(detection)
        #expect(error?.kind == .unsupported)
        #expect(error?.reason.contains("%Servers%") == true)
        let placeholders = try SigmaTests.placeholders("Servers: srv*")
        #expect(try refusal(detection, placeholders: placeholders) == nil)
        #expect(try refusal("selection: {x: '%Servers%'}\ncondition: selection") == nil)
        let hyphens = try refusal("selection: {x|expand: '%MAIL-SERVERS.EU%'}\ncondition: selection")
        #expect(hyphens?.reason.contains("%MAIL-SERVERS.EU%") == true)
    }
}
