import Testing

@testable import Events
@testable import Schemas

@Suite("Derived values")
struct DerivedTests {
    private func text(_ text: String, _ body: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer?) -> String? {
        Array(text.utf8).withUnsafeBytes { body($0).map { String(decoding: $0, as: UTF8.self) } }
    }

    private func with<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Array(text.utf8).withUnsafeBytes(body)
    }

    @Test("paths have a last part and a folder")
    func paths() {
        for (path, last, folder) in [
            ("C:\\a\\b.exe", "b.exe", "C:\\a"), ("/bin/sh", "sh", "/bin"), ("a", "a", nil), ("a/", nil, "a"),
            ("", nil, nil), ("\\", nil, ""),
        ] as [(String, String?, String?)] {
            #expect(text(path, Derived.lastPart) == last, "\(path)")
            #expect(text(path, Derived.folder) == folder, "\(path)")
        }
    }

    @Test("a registry value's type stands before the parentheses that hold its data")
    func parentheses() {
        for (details, word, inside) in [
            ("DWORD (0x1)", "DWORD", "0x1"), ("QWORD (0x1-0x2)", "QWORD", "0x1-0x2"), ("DWORD ()", nil, nil),
            ("a b (c)", nil, nil), ("(c)", nil, nil), ("x (y) z", nil, nil), ("", nil, nil), ("A (", nil, nil),
        ] as [(String, String?, String?)] {
            #expect(text(details) { Derived.parenthesised($0)?.word } == word, "\(details)")
            #expect(text(details) { Derived.parenthesised($0)?.inside } == inside, "\(details)")
        }
    }

    @Test("separators part texts at their last place")
    func separators() {
        with("::") { separator in
            #expect(text("a::b::c") { Derived.after(last: separator, in: $0) } == "c")
            #expect(text("a::b::c") { Derived.before(last: separator, in: $0) } == "a::b")
            #expect(text("abc") { Derived.after(last: separator, in: $0) } == "abc")
            #expect(text("abc") { Derived.before(last: separator, in: $0) } == nil)
            #expect(text(":") { Derived.before(last: separator, in: $0) } == nil)
        }
    }

    @Test("what stands between two texts is found, with open ends, too")
    func between() {
        for (whole, start, end, found) in [
            ("CN=Eve,OU=x", "CN=", ",", "Eve"), ("CN=Eve", "CN=", ",", nil), ("CN=Eve", "CN=", "", "Eve"),
            ("a,b", "", ",", "a"), ("", "x", "y", nil), ("xx", "xxx", "", nil), ("aab", "ab", "", ""),
        ] as [(String, String, String, String?)] {
            with(start) { start in
                with(end) { end in #expect(text(whole) { Derived.between(start, end, in: $0) } == found, "\(whole)") }
            }
        }
    }

    @Test("a message's line is found by its name at the line's beginning")
    func lines() {
        with("Type") { name in
            #expect(text("A: 1\r\nType: x y \r\nB: 2") { Derived.line(name, in: $0) } == "x y")
            #expect(text("EventType: x\n\t\tType:\t\tz") { Derived.line(name, in: $0) } == "z")
            #expect(text("Type:") { Derived.line(name, in: $0) } == nil)
            #expect(text("Types: a") { Derived.line(name, in: $0) } == nil)
            #expect(text("") { Derived.line(name, in: $0) } == nil)
        }
    }
}
