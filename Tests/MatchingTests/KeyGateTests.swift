import CKernels
import Testing

@testable import Matching

@Suite("Gates over keys")
struct KeyGateTests {
    private func gate(_ keys: [(String, [String]?)]) throws -> KeyGate {
        var requirement = KeyRequirement()
        for (key, texts) in keys {
            let isTaken = requirement.insert(key, texts: texts)
            #expect(isTaken)
        }
        return try #require(KeyGate(GateKeys(requirement)) { ByteStatistics.telemetry.share(of: $0) })
    }

    /// By the kernel, and by looking at every place, for pairs and for words; all must agree.
    private func admits(_ gate: KeyGate, _ line: String) -> Bool {
        Array(line.utf8).withUnsafeBytes { bytes in
            let plain = bytes.indices.contains { gate.verify($0, in: bytes) }
            #expect(gate.admits(bytes) == plain, "\(line)")
            let byWords = KeyGate(GateKeys(gate.requirement), words: TextSample(bytes))
            #expect((byWords != nil) == (trawl_kernels_get().pointee.scan_words != nil))
            if let byWords {
                #expect(byWords.admits(bytes) == plain, "\(line)")
                #expect(bytes.indices.contains { byWords.verify($0, in: bytes) } == plain, "\(line)")
            }
            return plain
        }
    }

    @Test(
        "let pass what has a wanted value",
        arguments: [
            #"{"EventID":1}"#, #"{"EventID":1,"a":2}"#, #"{"EventID":"1"}"#, #"{"EventID" : "1" }"#,
            #"{"EventID": 1 }"#,
            #"{"EventID":2,"EventID":1}"#, #"{"a":{"EventID":1}}"#, #"{"a.EventID":1}"#,
            ##"{"EventID":{"#text":1,"#attributes":{}}}"##, #"{"_raw":"{\"EventID\":1}"}"#,
            #"{"_raw":"{\"EventID\": \"1\"}"}"#, #"{"_raw":"{\\\"EventID\\\":\\\"4688\\\"}"}"#,
            #"{"_raw":"<Event><System><EventID>4688</EventID>"}"#, #"{"_raw":"<EventID Qualifiers='0'>1</EventID>"}"#,
            #"{"_raw":"<x:EventID>1</x:EventID>"}"#, #"{"_raw":"\u003cEventID\u003e1\u003c/EventID\u003e"}"#,
            #"{"event_simpleName":"processrollup2"}"#, #"{"_raw":"EventID=1"}"#, #"{"_raw":"EventID=4688\r\nx=2"}"#,
            #"{"_raw":"{\"a\":\"EventID=4688\\r\\nx\"}"}"#, #"{"_raw":"event_simpleName=ProcessRollup2,a=b"}"#,
            #"{"Message":"a\r\nEventID: 1\r\nb: c"}"#, #"{"Message":"EventID:4688"}"#, #"{"Message":"EventID: 1\n"}"#,
            #"{"_raw":"{\"Message\":\"EventID: 1\\r\\nb\"}"}"#, #"{"_raw":"{\"Message\":\"EventID: 4688\"}"}"#,
            #"{"_raw":"EventID=\"1\""}"#, #"{"_raw":"a=\"b\" EventID= \"4688\", x"}"#,
            #"{"_raw":"{\"a\":\"EventID=\\\"4688\\\" x\"}"}"#, #"{"_raw":"event_simpleName=\"ProcessRollup2\""}"#,
            #"{"_raw":"a=1\nEventID=1"}"#, #"{"_raw":"{\"a\":\"1\\nEventID=1\"}"}"#, #"{"_raw":"a\u0009EventID=1"}"#,
        ])
    func wanted(_ line: String) throws {
        let gate = try gate([
            ("EventID", ["1", "4688"]), ("#text", ["1", "4688"]), ("event_simpleName", ["ProcessRollup2"]),
        ])
        #expect(admits(gate, line))
    }

    @Test(
        "let pass what they can't tell",
        arguments: [
            #"{"EventID":[2]}"#, #"{"EventID":"\u0031"}"#, #"{"Event\u0049D":1}"#, #"{"EventID":"2\t"}"#,
            #"{"_raw":"{\"EventID\":\n1}"}"#, #"{"_raw":"{\"EventID\"\n:1}"}"#, #"{"_raw":"<EventID>&#49;</EventID>"}"#,
            #"{"_raw":"<EventID><!-- -->1</EventID>"}"#, #"{"_raw":"<EventID a=\"2\">1</EventID>"}"#,
            #"{"_raw":"EventID=\"2\\\"1\""}"#, #"{"_raw":"EventID=\"2 1\""}"#, #"{"_raw":"EventID=\"\u0031\""}"#,
            #"{"_raw":"EventID='2'"}"#, #"{"_raw":"EventID=\"2'"}"#, #"{"a":"EventID=","b":"2"}"#,
            #"{"_raw":"EventID=\u0031"}"#, #"{"_raw":"EventID=&#49;"}"#,
            #"{"_raw":"EventID=4688\u0020"}"#, #"{"Message":"EventID: 3, as said"}"#, #"{"Message":"EventID: \r\n1"}"#,
            #"{"Message":"EventID:\t3"}"#, #"{"Message":"EventID: 3\u000d\u000a"}"#, #"{"Message":"EventID: '3'"}"#,
            #"{"Message":"EventID: 3\t"}"#, #"{"Message":"EventID: \u0031"}"#, #"{"Message":"EventID: 3é"}"#,
            #"{"Message":"EventID: 3"#,
            #"{"_raw":"<EventID\r\n a='2'>1</EventID>"}"#, #"{"_raw":"<EventID a='>2<'>1</EventID>"}"#,
            #"{"_raw":"<EventID a='0\u0027>1</EventID>'>2</EventID>"}"#,
            #"{"_raw":"{\\u0022EventID\\u0022:1}"}"#, #"{"\u005cu0045ventID":1}"#, #"{"EventID":1"#, #"{"EventID"#,
        ])
    func doubtful(_ line: String) throws {
        #expect(admits(try gate([("EventID", ["1"])]), line))
    }

    @Test(
        "hold back what has other values or none",
        arguments: [
            #"{"EventID":10}"#, #"{"EventID":"11","a":1}"#, #"{"EventID":2,"Message":"EventID 1"}"#,
            #"{"a":"EventID"}"#, #"{"a":["EventID","1"]}"#, #"{"EventIDs":1}"#, #"{"_raw":"{\"EventID\":10}"}"#,
            #"{"EventID":null}"#,
            #"{"_raw":"<EventID>10</EventID>"}"#, #"{"_raw":"<EventID Qualifiers='1'>3</EventID>"}"#, #"{}"#, "",
            #"{"EventID":{"a":2}}"#, #"{"other":"x\u0027y"}"#, #"{"ParentEventID":1}"#, #"{"my_EventID":"1"}"#,
            #"{"_raw":"<OtherEventID>1</OtherEventID>"}"#, #"{"_raw":"EventID=10"}"#, #"{"_raw":"EventID = 1"}"#,
            #"{"_raw":"EventID=46880\r\nx=1"}"#, #"{"Message":"the EventID\r\nDetails: 1"}"#,
            #"{"_raw":"EventID=4,x=1"}"#, #"{"EventID":2,"Message":"EventID: 3"}"#,
            #"{"_raw":"EventID=\"10\" x=1"}"#, #"{"_raw":"{\"a\":\"EventID=\\\"2\\\"\"}"}"#,
            #"{"Message":"EventID:10\r\nx: 1"}"#,
            #"{"_raw":"{\"Message\":\"EventID: 2\\r\\nx: 1\"}"}"#,
        ])
    func unwanted(_ line: String) throws {
        #expect(!admits(try gate([("EventID", ["1", "4688"])]), line))
    }

    @Test("ask for presence alone where any value will do")
    func anyValue() throws {
        let gate = try gate([("process", nil), ("process_name", nil)])
        for line in [#"{"process":"x"}"#, #"{"process_name": 1}"#, #"{"process":{"a":1}}"#, #"{"process":"\"\""}"#] {
            #expect(admits(gate, line), "\(line)")
        }
        let others = [
            #"{"process":null}"#, #"{"process":""}"#, #"{"processes":"x"}"#, #"{"Message":"a process_name"}"#,
        ]
        for line in others { #expect(!admits(gate, line), "\(line)") }
    }

    @Test("join what several ask for")
    func union() {
        var first = KeyRequirement()
        var second = KeyRequirement()
        _ = first.insert("a_key", texts: ["X"])
        _ = second.insert("a_key", texts: ["y", "\\"])
        _ = second.insert("other", texts: ["z"])
        first.formUnion(second)
        #expect(first.keys == [Array("a_key".utf8): nil, Array("other".utf8): [Array("z".utf8)]])
    }
}
