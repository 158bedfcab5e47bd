import Foundation
import TestRandom
import Testing

@testable import Events

/// The text at a path by the parser under test.
private func text(_ line: String, _ path: String, among paths: [String] = []) -> String? {
    texts(line, path, among: paths).first
}

private func texts(_ line: String, _ path: String, among paths: [String] = [], asKey: Bool = false) -> [String] {
    var layout = EventLayout()
    let slot = asKey ? layout.slot(forPathOrKey: path) : layout.slot(for: path)
    for other in paths { _ = layout.slot(for: other) }
    _ = layout.slot(for: "_raw")
    layout.openTexts()
    let parser = EventParser(layout: layout)
    var arena = ByteArena()
    let bytes = Array(line.utf8)
    return bytes.withUnsafeBytes { buffer in
        guard parser.parse(buffer) == nil, var value = parser.value(of: slot) else { return [] }
        var found: [String] = []
        while true {
            if value.hasText { found.append(String(decoding: parser.text(of: value, in: &arena), as: UTF8.self)) }
            guard let next = parser.member(after: value) else { return found }
            value = next
        }
    }
}

private func reason(_ bytes: [UInt8]) -> MalformedReason? {
    let parser = EventParser(layout: EventLayout())
    return bytes.withUnsafeBytes { parser.parse($0) }
}

private func reason(_ line: String) -> MalformedReason? { reason(Array(line.utf8)) }

@Suite("Parsing a line")
struct EventParserTests {
    @Test("finds a key at the top, with and without white space")
    func topLevel() {
        #expect(text(#"{"EventID":1,"Image":"a.exe"}"#, "EventID") == "1")
        #expect(text(#"{"EventID":1,"Image":"a.exe"}"#, "Image") == "a.exe")
        #expect(text(#" { "EventID" : 1 , "Image" : "a.exe" } "#, "Image") == "a.exe")
        #expect(text("{\t\"a\"\r:\t-1.5e+3 }\r", "a") == "-1.5e+3")
        #expect(text(#"{"EventIDs":1,"vent":2}"#, "EventID") == nil)
    }

    @Test("finds nested keys, also written with literal dots")
    func nested() {
        #expect(text(#"{"winlog":{"event_data":{"Image":"x"}}}"#, "winlog.event_data.Image") == "x")
        #expect(text(#"{"winlog.event_data.Image":"x"}"#, "winlog.event_data.Image") == "x")
        #expect(text(#"{"winlog":{"event_data.Image":"x"}}"#, "winlog.event_data.Image") == "x")
        #expect(text(#"{"winlog.event_data":{"Image":"x"}}"#, "winlog.event_data.Image") == "x")
        #expect(text(#"{"Event":{"UserData":{"Any":{"Image":"x"}}}}"#, "Event.UserData.*.Image") == "x")
    }

    @Test("the last of duplicate keys wins, also when it replaces an object")
    func duplicates() {
        #expect(text(#"{"a":"1","a":"2"}"#, "a") == "2")
        #expect(text(#"{"a":"1","a":null}"#, "a") == nil)
        #expect(text(#"{"a":{"b":"1"},"a":{"c":"2"}}"#, "a.b") == nil)
        #expect(text(#"{"a":{"b":"1"},"a":3}"#, "a.b") == nil)
        #expect(text(#"{"a":[1,2],"a":[3]}"#, "a{}") == "3")
    }

    @Test("members of arrays are values of one field")
    func arrays() {
        #expect(texts(#"{"a":["x",1,null,"","y"]}"#, "a{}") == ["x", "1", "y"])
        #expect(texts(#"{"a":[{"n":"x"},{"m":1},{"n":"y"}]}"#, "a{}.n") == ["x", "y"])
        #expect(texts(#"{"a":[]}"#, "a{}") == [])
        #expect(texts(#"{"a":{"b":[{"c":[1,2]},{"c":[3]}]}}"#, "a.b{}.c{}") == ["1", "2", "3"])
    }

    @Test("escapes in keys and values are decoded, lone surrogates replaced")
    func escapes() {
        #expect(text(#"{"Event\u0049D":1}"#, "EventID") == "1")
        #expect(text(#"{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}"#, "a") == "\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1F600}")
        #expect(text(#"{"a":"\ud83dx\ude00"}"#, "a") == "\u{FFFD}x\u{FFFD}")
        #expect(text(#"{"a\/b":"x"}"#, "a/b") == "x")
    }

    @Test("names in event data may be written with spaces")
    func spaces() {
        #expect(text(#"{"event_data":{"Threat Name":"x"}}"#, "event_data.ThreatName") == "x")
        #expect(text(#"{"Event":{"EventData":{"Threat Name":"x"}}}"#, "Event.EventData.ThreatName") == "x")
    }

    @Test("an event inside _source or result stands alone")
    func wrappers() {
        #expect(text(#"{"a":"outer","_source":{"a":"x"},"a":"behind"}"#, "a") == "x")
        #expect(text(#"{"preview":false, "offset":0,"result":{"a":{"c":1},"d":2},"b":"behind"}"#, "b") == nil)
        #expect(text(#"{"result":{"a":{"c":1},"d":2}}"#, "d") == "2")
        #expect(text(#"{"result":{"_source":{"a":"x"}}}"#, "a") == "x")
        #expect(text(#"{"result":"text","a":"x"}"#, "a") == "x")
        // Beside other keys it is a member like any other.
        #expect(text(#"{"b":"outer","result":{"a":"inner"},"a":"x"}"#, "a") == "x")
        #expect(text(#"{"offset":[0],"result":{"a":"inner"},"b":"x"}"#, "b") == "x")
        #expect(text(#"{"sid":"1","results_link":"http://s","result":{"a":"inner"}}"#, "a") == "inner")
    }

    @Test("an event inside _raw fills what stands beside it")
    func raw() {
        let line = #"{"_raw":"{\"a\":\"in\\\\ner\",\"b\":2}","b":"outer"}"#
        #expect(text(line, "a") == "in\\ner")
        #expect(text(line, "b") == "outer")
        #expect(text(#"{"_raw":"no json","b":"x"}"#, "b") == "x")
        #expect(text(#"{"b":"","_raw":"{\"b\":\"x\"}"}"#, "b") == "x")
    }

    @Test("an event in XML at the end of a message is read, and fills what stands beside it")
    func messages() {
        let event =
            #"<Event><System><EventID>1</EventID></System><EventData><Data Name=\"Image\">/a\\b</Data></EventData></Event>"#
        let escaped = event.replacing("<", with: "\\u003c").replacing(">", with: "\\u003E")
        for key in ["MESSAGE", "message", "msg"] {
            for content in [event, " May 1 10:00:00 web sysmon: \(event)", "\(event)\\r\\n ", escaped] {
                let line = "{\"\(key)\":\"\(content)\",\"b\":\"x\"}"
                #expect(text(line, "Event.EventData.Image") == #"/a\b"#, "\(line)")
                #expect(text(line, "b") == "x" && text(line, key)?.contains("<Event>") == true)
            }
        }
        for content in ["", "Event>", "</Event>", "<Events>a</Event>", "\(event) and more", "\\n"] {
            #expect(text("{\"message\":\"\(content)\",\"b\":\"x\"}", "Event.System.EventID") == nil, "\(content)")
        }
        #expect(text("{\"message\":\"\(event)\",\"_raw\":\"a=1\"}", "Event.System.EventID") == nil)
        #expect(text("{\"message\":[\"\(event)\"]}", "Event.System.EventID") == nil)
    }

    @Test("an event in the envelope of a collector stands alone, and has the envelope's host, source and time")
    func envelopes() {
        let line =
            #"{"time":1.5,"host":"h","sourcetype":"s","event":{"a":{"b":"x"},"host":"inner","time":"t"},"index":"i"}"#
        let paths = ["host", "time", "_time", "sourcetype", "event.a.b", "index"]
        #expect(text(line, "a.b", among: paths) == "x")
        #expect(text(line, "event.a.b", among: paths) == nil)
        #expect(text(line, "host", among: paths) == "h")
        #expect(text(line, "_time", among: paths) == "1.5")
        #expect(text(line, "time", among: paths) == "t")
        #expect(text(line, "index", among: paths) == "i")
        #expect(text(#"{"fields":{"f":"y"},"event":{"a":1}}"#, "f") == "y")
        #expect(text(#"{"fields":{"a":"y"},"event":{"a":1}}"#, "a") == "1")
        #expect(text(#"{"event":{"a":1},"sourcetype":"s","event":{"b":2}}"#, "a") == nil)
    }

    @Test("a text in an envelope is read as _raw is", arguments: [#"{\"a\":\"x\"}"#, "key a=x", #"<38>May 1 a=\"x\""#])
    func envelopesOfText(content: String) {
        for beside in [#""sourcetype":"s""#, #""index":"i""#, #""source":"s","time":1"#] {
            #expect(text("{\(beside),\"event\":\"\(content)\"}", "a") == "x")
            #expect(text("{\"event\":\"\(content)\",\(beside)}", "a") == "x")
            #expect(text("{\"event\":\"\(content)\",\(beside)}", "event") == nil)
        }
    }

    @Test(
        "a record with a field called event is no envelope",
        arguments: [
            #"{"event":{"a":1}}"#, #"{"event":{"a":1},"sourcetype":"s","x":1}"#, #"{"event":{"a":1},"source":"s"}"#,
            #"{"event":{"a":1},"source":{"ip":"s"},"time":1}"#, #"{"event":[{"a":1}],"sourcetype":"s"}"#,
            #"{"@timestamp":"1","event":{"a":1},"sourcetype":"s"}"#, #"{"event":{"a":1},"sourcetype":""}"#,
            #"{"metadata":{},"event":{"a":1},"sourcetype":"s"}"#, #"{"event":"a=1","host":"h","time":1}"#,
            #"{"_raw":"b=2","event":{"a":1},"sourcetype":"s"}"#, #"{"x":{"event":{"a":1},"sourcetype":"s"}}"#,
        ])
    func noEnvelopes(line: String) {
        #expect(text(line, "a", among: ["event.a"]) == nil)
        if line.contains(#"{"a":1},"#) { #expect(text(line, "event.a") == (line.hasPrefix("{\"x\"") ? nil : "1")) }
    }

    @Test("data of a Windows event that stand as text are read, in XML and in JSON")
    func dataAsText() {
        let item =
            #"<DataItem type=\"System.XmlData\"><EventData xmlns=\"x\"><Data Name=\"Image\">a&amp;b</Data></EventData></DataItem>"#
        #expect(text("{\"EventData\":\"\(item)\"}", "EventData.Image") == "a&b")
        #expect(text(#"{"EventData":" {\"Image\":\"a\"}","Image":"b"}"#, "EventData.Image") == "a")
        #expect(text(#"{"EventData":{"Image":"a"}}"#, "EventData.Image") == "a")
        #expect(text(#"{"EventData":{"Threat Name":"a"}}"#, "EventData.ThreatName") == "a")
        for content in ["", "text", "<EventData", "{", "<DataItem/>"] {
            #expect(text("{\"EventData\":\"\(content)\",\"a\":1}", "a", among: ["EventData.Image"]) == "1")
            #expect(text("{\"EventData\":\"\(content)\",\"a\":1}", "EventData.Image") == nil)
        }
    }

    @Test(
        "data whose names stand beside the values have these names",
        arguments: [
            ##"{"@Name":"A","#text":"x"}"##, ##"[{"#attributes":{"Name":"A"},"#text":"x"}]"##,
            #"[{"B":[{"Name":"A"}],"Name":"A","Value":"x"},"text",{"@Name":"C"}]"#,
            ##"[null,{"$":{"Name":"A"},"_":"x"}]"##,
            ##"[{"#text":"y"},{"@Name":"","#text":"y"},{"-Name":"A","#text":"x"}]"##,
        ])
    func namedData(list: String) {
        for line in [
            #"{"Event":{"EventData":{"Data":\#(list)}}}"#, #"{"Event":{"EventData.Data":\#(list)}}"#,
            #"{"log":"{\"Event\":{\"EventData\":{\"Data\":\#(list.replacing("\"", with: "\\\""))}}}"}"#,
        ] {
            #expect(texts(line, "Event.EventData.A") == ["x"], "\(line)")
        }
    }

    @Test("data in a list may have one name several times, and other names in lines of the same keys")
    func namedDataAgain() {
        #expect(
            texts(#"{"EventData":[{"Name":"A","Value":1},{"Name":"A","Value":"2"}]}"#, "EventData.A") == ["1", "2"])
        var layout = EventLayout()
        let slot = layout.slot(for: "EventData.A")
        layout.openTexts()
        let parser = EventParser(layout: layout)
        var arena = ByteArena()
        for name in ["A", "B", "A", "A", "B", "A"] {
            Array(##"{"EventData":{"Data":[{"@Name":"\##(name)","#text":"x"}]}}"##.utf8).withUnsafeBytes { line in
                #expect(parser.parse(line) == nil && parser.template == nil)
                let found = parser.value(of: slot).map {
                    String(decoding: parser.text(of: $0, in: &arena), as: UTF8.self)
                }
                #expect(found == (name == "A" ? "x" : nil))
            }
        }
    }

    @Test(
        "lists of data that end too early, or hold what no list does, are passed",
        arguments: ["", "[", "[{", #"{"a":"#, "}"])
    func malformedNamedData(text: String) {
        Array(text.utf8).withUnsafeBytes { bytes in
            var data = NamedData(bytes)
            #expect(data.next() == nil && data.next() == nil)
        }
    }

    @Test("attributes may stand beside an element's text, with a sign before their names")
    func attributes() {
        let path = "Event.System.Provider.#attributes.Name"
        #expect(text(#"{"Event":{"System":{"Provider":{"@Name":"x"}}}}"#, path) == "x")
        #expect(text(##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"x"}}}}}"##, path) == "x")
        #expect(text(#"{"Event":{"System":{"Provider":{"Name":"x"}}}}"#, path) == nil)
    }

    @Test("the event in a shipper's envelope counts before the envelope, the one that fields were made of behind them")
    func shippers() {
        let inner = #"{\"a\":{\"b\":\"in\"},\"c\":\"in\",\"d\":[\"in\"],\"e\":null}"#
        for (key, isFirst) in [("log", true), ("message", true), ("line", true), ("event.original", false)] {
            let line =
                #"{"a":{"b":"out","x":"out"},"c":"out","d":["out","out"],"e":"out","z":"out","\#(key)":"\#(inner)"}"#
            let paths = ["a.b", "a.x", "c", "d{}", "e", "z"]
            let found = paths.map { texts(line, $0, among: paths) }
            #expect(
                found
                    == (isFirst
                        ? [["in"], [], ["in"], ["in"], [], ["out"]]
                        : [["out"], ["out"], ["out"], ["out", "out"], ["out"], ["out"]]),
                "\(key)")
        }
        #expect(text(#"{"a":{"x":"out"},"_raw":"{\"a\":{\"b\":\"in\"}}"}"#, "a.x", among: ["a.b"]) == "out")
    }

    @Test("the last of several keys of one name is the one, whatever it and those before hold")
    func lastOfDuplicates() {
        let values = ["5", "null", "\"x\"", "[]", "{}", "[\"v\"]", "{\"k\":1}", "[{\"k\":2}]"]
        let paths = ["a", "a{}", "a.k", "a{}.k"]
        for first in values {
            for second in values {
                for path in paths {
                    let alone = text("{\"a\":\(second)}", path, among: paths)
                    #expect(
                        text("{\"a\":\(first),\"a\":\(second)}", path, among: paths) == alone,
                        "\(path) of \(first), then \(second)")
                }
            }
        }
    }

    @Test(
        "malformed lines are told from events",
        arguments: [
            "", "[]", "1", "\"a\"", "{", "}", "{}}", "{}{}", "{} x", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
            "{\"a\" \"b\":1}", "{a:1}", "{1:1}", "{\"a\":1 2}", "{\"a\":\"b\"\"c\"}", "{\"a\":[1,]}", "{\"a\":[,1]}",
            "{\"a\":[1}", "{\"a\":{]}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}",
            "{\"a\":+1}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":truee}", "{\"a\":nul}", "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12g4\"}", "{\"a\":\"b\nc\"}", "{\"a\":\"b\u{1}c\"}", "{\"a\":\"b}", "{\"a\":\"b\\\"}",
            "{\"a\":1:2}", "{\"a\":[1:2]}", "{\"a\":{\"b\":1}\"c\":2}", "{\"a\":{} 1}", "x{\"a\":1}", "{\"a\":1}x",
            "{:1}", "{\"\":}", "{\"a\":[1 2]}", "{\"a\":[\"x\" \"y\"]}", "{\"a\"::1}", "{\"a\":1,,\"b\":2}",
            "\u{FEFF}{}",
        ])
    func malformed(line: String) {
        #expect(reason(line) != nil, "\(line)")
    }

    @Test(
        "valid lines are events",
        arguments: [
            "{}", " {} ", "{\"a\":[]}", "{\"a\":{}}", "{\"\":1}", "{\"a\":[[],[{}],1]}", "{\"a\":-0}", "{\"a\":1E-7}",
            "{\"a\":[ ]}", "{ \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : true }", "{\"a\":\"\\\\\"}",
            "{\"a\":\"{[,:]}\"}",
            "{\"a\":\"\u{7f}\u{e9}\"}",
        ])
    func valid(line: String) {
        #expect(reason(line) == nil, "\(line)")
    }

    @Test("bytes that are not UTF-8 do not make a line malformed")
    func invalidUTF8() {
        #expect(reason(Array("{\"a\":\"".utf8) + [0xFF, 0xC0, 0x80] + Array("\"}".utf8)) == nil)
        #expect(reason([0xFF] + Array("{}".utf8)) != nil)
    }

    @Test("nesting has a limit")
    func nesting() {
        let open = { (depth: Int) in
            "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        #expect(reason(open(EventParser.depthLimit)) == nil)
        #expect(reason(open(EventParser.depthLimit + 1)) == .nestedTooDeep)
    }

    @Test("agrees with Foundation on mutated lines")
    func againstFoundation() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("{}[]:,\"\\ \t01-.eEtrufalsn/xb\u{1}".utf8)
        let samples = [
            #"{"a":1,"b":"x\\y","c":[1,2.5,"z"],"d":{"e":null,"f":true}}"#, #"{ "k" : [ { } , [ ] , -1e5 ] }"#,
            #"{"a":"\u00e9\"","b":{"c":{"d":[[["x"]]]}}}"#,
        ]
        for round in 0..<30_000 {
            var bytes = Array(samples[round % samples.count].utf8)
            for _ in 0..<(1 + Int(generator.next() % 3)) {
                let place = Int(generator.next() % UInt64(bytes.count))
                let byte = alphabet[Int(generator.next() % UInt64(alphabet.count))]
                switch generator.next() % 3 {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            // Foundation on Linux lets a trailing comma pass; RFC 8259 does not.
            if hasTrailingComma(bytes) { continue }
            let object = try? JSONSerialization.jsonObject(with: Data(bytes))
            let isEvent = object is [String: Any]
            #expect((reason(bytes) == nil) == isEvent, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("finds a path through arrays as one key at the top, where that was asked for", arguments: [false, true])
    func pathAsKey(isAskedFor: Bool) {
        for (line, wanted) in [
            (#"{"a{}.b":"x"}"#, ["x"]), (#"{"a{}.b":["x","y"]}"#, ["x", "y"]), (#"{"result":{"a{}.b":["x"]}}"#, ["x"]),
            (#"{"c":{"a{}.b":"x"}}"#, []), (#"{"a.b":"x"}"#, []),
        ] {
            #expect(texts(line, "a{}.b", asKey: isAskedFor) == (isAskedFor ? wanted : []), "\(line)")
        }
        #expect(texts(#"{"a":[{"b":"x"},{"b":"y"}]}"#, "a{}.b", asKey: isAskedFor) == ["x", "y"])
        #expect(texts(#"{"a":["x","y"]}"#, "a{}", asKey: isAskedFor) == ["x", "y"])
        #expect(texts(#"{"a{}":["x","y"]}"#, "a{}", asKey: isAskedFor) == (isAskedFor ? ["x", "y"] : []))
    }

    @Test("a line may end at the last byte of a mapping")
    func endOfMapping() throws {
        let page = Int(getpagesize())
        let map = try #require(mmap(nil, page * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(map, page * 2) }
        mprotect(map + page, page, PROT_NONE)
        for line in [#"{"a":1}"#, #"{"a":"unterminated"#, #"{"EventID":"4688","b":[1,2"#, "{", #"{""#] {
            let bytes = Array(line.utf8)
            let start = map + page - bytes.count
            start.copyMemory(from: bytes, byteCount: bytes.count)
            var layout = EventLayout()
            _ = layout.slot(for: "a")
            let parser = EventParser(layout: layout)
            let found = parser.parse(UnsafeRawBufferPointer(start: start, count: bytes.count))
            #expect((found == nil) == line.hasSuffix("}"))
        }
    }
}

/// Whether some comma is followed by a closing bracket, inside a string or not.
private func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
    let dense = bytes.filter { !isJSONSpace($0) }
    return zip(dense, dense.dropFirst()).contains { $0 == 0x2C && ($1 == 0x7D || $1 == 0x5D) }
}
