import TestRandom
import Testing

@testable import Events

/// Collects values as `path=text`.
private struct Collector: XMLEventVisitor {
    let text: UnsafeRawBufferPointer
    var found: [String] = []

    mutating func visit(path: UnsafeRawBufferPointer, value: Range<Int>, isEncoded: Bool) {
        let raw = UnsafeRawBufferPointer(rebasing: text[value])
        let decoded = isEncoded ? XMLText.decoded(raw) : Array(raw)
        found.append(String(decoding: path, as: UTF8.self) + "=" + String(decoding: decoded, as: UTF8.self))
    }
}

private func scan(_ text: String) -> (values: [String], error: XMLEventError?) {
    scan(Array(text.utf8))
}

private func scan(_ text: [UInt8]) -> (values: [String], error: XMLEventError?) {
    text.withUnsafeBytes { bytes in
        var collector = Collector(text: bytes)
        let error = XMLEventScanner.scan(bytes, visitor: &collector)
        return (collector.found, error)
    }
}

@Suite("The XML of events")
struct XMLEventTests {
    private let sample = """
        <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
        <Provider Name='Microsoft-Windows-Sysmon' Guid="{5770385F}"/><EventID Qualifiers="0">1</EventID>\
        <TimeCreated SystemTime='2020-09-20T01:17:03.491123400Z' /><Correlation/>\
        <Execution ProcessID='2468' ThreadID='3'/><Computer>ws1.example.org</Computer></System>\
        <EventData><Data Name='CommandLine'>"C:\\a.exe" &lt;x&gt; &amp; y</Data><Data Name="Threat Name">t</Data>\
        <Data Name='Empty'></Data><Data Name='None'/><Data>first</Data><Data>second</Data></EventData></Event>
        """

    @Test("gives the names that evtx_dump gives")
    func names() {
        let (values, error) = scan(sample)
        #expect(error == nil)
        #expect(
            values == [
                "Event.System.Provider.#attributes.Name=Microsoft-Windows-Sysmon",
                "Event.System.Provider.#attributes.Guid={5770385F}", "Event.System.Provider=",
                "Event.System.EventID.#attributes.Qualifiers=0", "Event.System.EventID=1",
                "Event.System.TimeCreated.#attributes.SystemTime=2020-09-20T01:17:03.491123400Z",
                "Event.System.TimeCreated=", "Event.System.Correlation=",
                "Event.System.Execution.#attributes.ProcessID=2468", "Event.System.Execution.#attributes.ThreadID=3",
                "Event.System.Execution=", "Event.System.Computer=ws1.example.org",
                "Event.EventData.CommandLine=\"C:\\a.exe\" <x> & y", "Event.EventData.ThreatName=t",
                "Event.EventData.Empty=", "Event.EventData.None=", "Event.EventData.Data=first",
                "Event.EventData.Data=second",
            ])
    }

    @Test(
        "may be written in many ways",
        arguments: [
            ("<?xml version='1.0'?>\n<!-- c --> <a><b>1</b></a>\n<!-- d -->\n", ["a.b=1"]),
            ("\u{FEFF}<a>x</a>", ["a=x"]),
            ("<e:a xmlns:e='u'><e:b e:c='1'>2</e:b></e:a>", ["a.b.#attributes.c=1", "a.b=2"]),
            ("<a><b\n c = '1'\t d=\"'2'\"\n>x</b\n></a>", ["a.b.#attributes.c=1", "a.b.#attributes.d='2'", "a.b=x"]),
            ("<a><b><![CDATA[<x> & &amp;]]></b></a>", ["a.b=<x> & &amp;"]),
            ("<a>p<![CDATA[ow]]>er<!-- x -->shell</a>", ["a=powershell"]),
            ("<a>one<?pi?>two</a>", ["a=one"]), ("<a> t <b>1</b> u </a>", ["a= t ", "a.b=1"]),
            ("<a>\n <b>1</b>\n</a>", ["a.b=1"]),
            ("<a><b/><b/></a>", ["a.b=", "a.b="]), ("<a b='x>y'>1</a>", ["a.#attributes.b=x>y", "a=1"]),
            ("<a>  </a>", ["a=  "]),
            ("<a><Data Type='t' Name='n'>1</Data></a>", ["a.n.#attributes.Type=t", "a.n=1"]),
            ("<a><Data Name='x&amp;y'>1</Data></a>", ["a.x&y=1"]),
            ("<a><ComplexData Name='c'>1</ComplexData></a>", ["a.c=1"]),
            ("<a b='&#65;&lt;'/>", ["a.#attributes.b=A<", "a="]), ("<a>é😀</a>", ["a=é😀"]), ("<a>]]></a>", ["a=]]>"]),
        ])
    func forms(_ text: String, _ expected: [String]) {
        let (values, error) = scan(text)
        #expect(error == nil)
        #expect(values == expected)
    }

    @Test(
        "keeps what was seen before a fault, and says where it is",
        arguments: [
            ("", .truncated, 0, []), ("<a><b>1</b>", .truncated, 11, ["a.b=1"]),
            ("<a><b>1</c></a>", .unexpectedEndTag, 7, []),
            ("</a>", .unexpectedEndTag, 0, []), ("x<a/>", .textOutside, 0, []), ("<a/>x", .textOutside, 4, ["a="]),
            ("<a/><b/>", .secondRoot, 4, ["a="]), ("<a b=1>", .malformedAttribute, 5, []),
            ("<a b>", .malformedAttribute, 4, []),
            ("<a b='1'c='2'>", .malformedTag, 8, ["a.#attributes.b=1"]), ("<a b='1", .truncated, 7, []),
            ("<a", .truncated, 2, []),
            ("<a><>", .malformedTag, 4, []), ("<a/ >", .malformedTag, 2, []), ("<a><!-- x", .truncated, 9, []),
            ("<a><![CDATA[x]]", .truncated, 15, []),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", .unsupportedDeclaration, 0, []),
            ("<a><", .truncated, 4, []), ("<a></", .truncated, 5, []), ("<a>1</a x>", .malformedTag, 8, []),
            ("<![CDATA[x]]>", .unsupportedDeclaration, 0, []),
        ] as [(String, XMLEventError.Reason, Int, [String])])
    func faults(_ text: String, _ reason: XMLEventError.Reason, _ offset: Int, _ expected: [String]) {
        let (values, error) = scan(text)
        #expect(error == XMLEventError(reason: reason, offset: offset))
        #expect(values == expected)
    }

    @Test("has limits for nesting and for names")
    func limits() {
        let deep =
            String(repeating: "<a>", count: XMLEventScanner.depthLimit) + "1"
            + String(repeating: "</a>", count: XMLEventScanner.depthLimit)
        #expect(scan(deep).error == nil)
        #expect(scan("<b>" + deep + "</b>").error?.reason == .nestedTooDeep)
        #expect(scan("<" + String(repeating: "n", count: 1024) + "/>").error == nil)
        #expect(scan("<" + String(repeating: "n", count: 1025) + "/>").error?.reason == .nameTooLong)
    }

    @Test(
        "decodes references, and leaves as written what is none",
        arguments: [
            ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"), ("&#65;&#x41;&#X6a;&#128512;", "AAj😀"), ("&#0;", "&#0;"),
            ("&#xD800;", "&#xD800;"),
            ("&#x110000;", "&#x110000;"), ("&#99999999999999999999;", "&#99999999999999999999;"), ("&nbsp;", "&nbsp;"),
            ("a & b; c", "a & b; c"),
            ("&amp", "&amp"), ("&#;&#x;&;", "&#;&#x;&;"), ("&amp;lt;", "&lt;"), ("&#13;&#10;", "\r\n"),
            ("<![CDATA[a]]", "<![CDATA[a]]"),
            ("&#000000000000000000000000000065;", "&#000000000000000000000000000065;"), ("&", "&"), ("", ""),
            ("<b> <!-- a --> <", "<b>  <"),
        ])
    func decoding(_ text: String, _ expected: String) {
        let decoded = Array(text.utf8).withUnsafeBytes { XMLText.decoded($0) }
        #expect(String(decoding: decoded, as: UTF8.self) == expected)
    }

    @Test("gives of a text that was cut off what stands before the cut, and says that it is cut")
    func truncation() throws {
        let bytes = Array(sample.utf8)
        let whole = scan(bytes).values
        for length in bytes.indices {
            let (values, error) = scan(Array(bytes[..<length]))
            // Within a tag the end may be taken for something that does not belong there.
            let tag = bytes[..<length].lastIndex(of: UInt8(ascii: "<")) ?? 0
            let place = try #require(error, "\(length) bytes").offset
            #expect(
                place == length || (tag..<length).contains(place) && !bytes[tag..<length].contains(0x3E),
                "\(length) bytes")
            #expect(values == Array(whole.prefix(values.count)), "\(length) bytes")
        }
        // The header is known before the data begin, and all of it where only the last tag is cut.
        let data = try #require(sample.firstRange(of: "<EventData>"))
        let header = scan(String(sample[..<data.lowerBound]))
        #expect(header.values.last == "Event.System.Computer=ws1.example.org")
        #expect(scan(Array(bytes.dropLast())).values == whole)
    }

    @Test("gives of a damaged text what stands before the damage, and names a place in it")
    func damage() {
        let bytes = Array(sample.utf8) + Array("<!-- --><![CDATA[]]>&#65;<?x?>".utf8)
        var random = SeededGenerator(seed: 9)
        var faults = 0
        for _ in 0..<3000 {
            var broken = bytes
            for _ in 0...Int(random.next() % 4) {
                broken[Int(random.next() % UInt64(broken.count))] =
                    Array("<>/!?&;'\"= ]-\u{0}a".utf8)[Int(random.next() % 15)]
            }
            let (values, error) = scan(broken)
            let intact = zip(bytes, broken).prefix { $0 == $1 }.count
            #expect(
                values.starts(with: scan(Array(bytes[..<intact])).values), "\(String(decoding: broken, as: UTF8.self))")
            guard let error else { continue }
            faults += 1
            #expect((0...broken.count).contains(error.offset), "\(error)")
        }
        #expect(faults > 1000)
    }

    @Test("fills the slots of a layout, also below any name, and repeats are members")
    func slots() throws {
        var layout = EventLayout()
        _ = layout.slot(for: "_raw")
        let paths = [
            "Event.System.EventID", "Event.System.TimeCreated.#attributes.SystemTime", "Event.EventData.CommandLine",
            "Event.UserData.*.Image", "Event.EventData.Data",
        ]
        let slots = paths.map { layout.slot(for: $0) }
        let parser = EventParser(layout: layout)
        var arena = ByteArena()
        func texts(_ xml: String) throws -> [[String]] {
            let escaped = xml.replacingEscapes
            let line = Array("{\"_raw\":\"\(escaped)\"}".utf8)
            return try line.withUnsafeBytes { bytes in
                try #require(parser.parse(bytes) == nil)
                return slots.map { slot in
                    var found: [String] = []
                    var next = parser.value(of: slot)
                    while let value = next {
                        found.append(String(decoding: parser.text(of: value, in: &arena), as: UTF8.self))
                        next = parser.member(after: value)
                    }
                    return found
                }
            }
        }
        #expect(
            try texts(sample) == [
                ["1"], ["2020-09-20T01:17:03.491123400Z"], ["\"C:\\a.exe\" <x> & y"], [], ["first", "second"],
            ])
        let user =
            "<Event><System><EventID>7</EventID></System><UserData><X xmlns='u'><Image>i&#65;</Image></X></UserData></Event>"
        #expect(try texts(user) == [["7"], [], [], ["iA"], []])
        #expect(try texts("<Event><System><EventID>8</EventID></Syst") == [["8"], [], [], [], []])
    }
}

extension String {
    /// As the inside of a JSON string.
    fileprivate var replacingEscapes: String {
        flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }.map(String.init).joined()
    }
}
