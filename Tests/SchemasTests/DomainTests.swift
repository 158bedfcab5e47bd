import Events
import TestRandom
import Testing

@testable import Schemas

@Suite("All domains of an event")
struct DomainTests {
    private static let map = try! FieldMap(
        schema: Schema.shared,
        requests: ["EventType", "Image", "Missing"].map {
            FieldMap.Request(view: .logsource("product=windows category=registry_add"), name: $0)
        },
        views: Schema.shared.logsources.keys.sorted().map { .logsource($0) } + [
            .dataset("Endpoint.Processes"), .events,
        ])

    private let lines = [
        #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"a"}"#,
        #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/operational"}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","EventType":"CreateKey","Image":"a"}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","EventType":"DeleteKey"}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":null}"#,
        #"{"EventID":12,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":""}"#,
        #"{"EventID":4688,"Channel":"Security"}"#,
        #"{"EventID":4688,"SourceName":"Microsoft-Windows-Security-Auditing"}"#,
        #"{"event_simpleName":"ProcessRollup2"}"#, #"{"event_simpleName":"ProcessRollup2","event_platform":"Lin"}"#,
        #"{"process_name":"x"}"#, #"{"EventID":"abc","Channel":"Security"}"#, #"{"a":1}"#, "{}",
    ]

    @Test("are the same ones that are found one by one, however often a header comes")
    func same() {
        let reader = EventReader(map: Self.map, zone: .utc)
        let plain = EventReader(map: Self.map, zone: .utc)
        let long = "{\"EventID\":1,\"Channel\":\"\(String(repeating: "x", count: 5000))\"}"
        for line in lines + lines.reversed() + [long] + lines {
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil && plain.read(bytes) == nil)
                let one = (0..<Self.map.datasetCount).filter {
                    $0 != Self.map.tables.eventsDataset && plain.source(in: $0) >= 0
                }
                #expect(reader.domains().map { Int($0) } == one, "\(line)")
                for index in one { #expect(reader.source(in: index) == plain.source(in: index), "\(line)") }
            }
        }
    }

    @Test("are right where events with the same keys in the same order have another header than the one before")
    func changing() {
        let reader = EventReader(map: Self.map, zone: .utc)
        let plain = EventReader(map: Self.map, zone: .utc)
        var random = SeededGenerator(seed: 8)
        let identifiers = ["1", "12", "\"12\"", "4688", "null", "\"\"", "\"x\"", "\"1\\u0032\"", "1.0", "{}", "[12]"]
        let channels = [
            "\"Microsoft-Windows-Sysmon/Operational\"", "\"microsoft-windows-sysmon/operational\"", "\"Security\"",
            "\"Secur\\u0069ty\"", "\"\"", "null", "\"Windows PowerShell\"", "\"\(String(repeating: "y", count: 300))\"",
        ]
        let providers = [
            "\"Microsoft-Windows-Sysmon\"", "\"Microsoft-Windows-Security-Auditing\"", "null", "\"\"", "\"PowerShell\"",
        ]
        let forms: [(_ identifier: String, _ channel: String, _ provider: String) -> String] = [
            { "{\"EventID\":\($0),\"Channel\":\($1),\"SourceName\":\($2),\"EventType\":\"CreateKey\"}" },
            { "{\"SourceName\":\($2),\"EventID\":\($0)}" },
            { "{\"winlog\":{\"event_id\":\($0),\"channel\":\($1),\"provider_name\":\($2),\"event_data\":{\"a\":1}}}" },
            {
                "{\"Event\":{\"System\":{\"EventID\":\($0),\"Channel\":\($1),"
                    + "\"Provider\":{\"#attributes\":{\"Name\":\($2)}}},\"EventData\":{\"Image\":\"a\"}}}"
            },
        ]
        var followed = 0
        for _ in 0..<4000 {
            let form = forms[Int.random(in: 0..<forms.count, using: &random)]
            // Runs of the same header are as much of the matter as changes.
            let spread = Int.random(in: 0..<3, using: &random) == 0
            func pick(_ choices: [String]) -> String {
                choices[spread ? Int.random(in: 0..<choices.count, using: &random) : 0]
            }
            let line = form(pick(identifiers), pick(channels), pick(providers))
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil && plain.read(bytes) == nil)
                if reader.form != nil { followed += 1 }
                let one = (0..<Self.map.datasetCount).filter {
                    $0 != Self.map.tables.eventsDataset && plain.source(in: $0) >= 0
                }
                #expect(reader.domains().map { Int($0) } == one, "\(line)")
            }
        }
        #expect(followed > 1000, "too few lines had a template for the test to say anything: \(followed)")
    }

    @Test("are right after more headers than are remembered")
    func many() {
        let reader = EventReader(map: Self.map, zone: .utc)
        let security = Self.map.logsource("product=windows service=security")
        for number in 0..<5000 {
            let channel = number.isMultiple(of: 3) ? "Security" : "Other \(number)"
            Array("{\"EventID\":\(number),\"Channel\":\"\(channel)\"}".utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                let isFound = reader.domains().contains { Int($0) == security }
                #expect(isFound == number.isMultiple(of: 3), "\(number)")
            }
        }
    }

    @Test("count how many of their events have each field")
    func presence() throws {
        let reader = EventReader(map: Self.map, zone: .utc)
        for line in lines {
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                reader.countPresence()
            }
        }
        let view = "product=windows category=registry_add"
        #expect(reader.eventCount(of: try #require(Self.map.logsource(view))) == 3)
        for (name, count) in ["EventType": 1, "Image": 2, "Missing": 0] {
            let field = try #require(Self.map.field(FieldMap.Request(view: .logsource(view), name: name)))
            #expect(reader.presenceCount(of: field) == count, "\(name)")
        }
    }
}

@Suite("All scalar values of an event")
struct ScalarTests {
    private func scalars(_ line: String) throws -> [String] {
        let reader = EventReader(map: try FieldMap(schema: Schema.shared, requests: [], views: []), zone: .utc)
        return Array(line.utf8).withUnsafeBytes { bytes in
            #expect(reader.read(bytes) == nil, "\(line)")
            let found = (0..<reader.scalars.count).map { String(decoding: reader.scalars[$0], as: UTF8.self) }
            return found
        }
    }

    @Test("are told one by one: nested, in arrays, numbers as written, without names, nulls and empty texts")
    func json() throws {
        #expect(
            try scalars(#"{"a":"x","b":{"c":[1.50,{"d":"y"},[true,[false]]]},"e":null,"f":"","g" : -2e3 }"#)
                == ["x", "1.50", "y", "true", "false", "-2e3"])
        #expect(try scalars(#"{"a\"b:":"c\\","d":"\"e\" : \u0041{"}"#) == [#"c\"#, #""e" : A{"#])
        #expect(try scalars(#"{"k":[],"l":{},"m":[[],{"n":{}}]}"#) == [])
        #expect(try scalars("{}") == [])
    }

    @Test("of an event in a wrapper are its own")
    func wrapped() throws {
        #expect(try scalars(#"{"preview":"p","result":{"a":"x","b":["y"]},"last":"z"}"#) == ["x", "y"])
        #expect(try scalars(#"{"_index":"i","_source":{"a":{"b":1}},"sort":[2]}"#) == ["1"])
    }

    @Test("of a Splunk export are those beside _raw and those in it")
    func raw() throws {
        #expect(
            try scalars(#"{"result":{"host":"h","_raw":"{\"a\":\"x\\\\y\",\"b\":[1]}","c":"d"}}"#)
                == ["h", "d", #"x\y"#, "1"])
        #expect(
            try scalars(
                #"{"_raw":"<Event xmlns='n'><System><Provider Name='P'/></System><EventData><Data Name='Key'>a &amp; b</Data></EventData></Event>","s":"t"}"#
            ) == ["t", "P", "a & b"])
        #expect(try scalars(#"{"_raw":"Jan 1 sshd[1]: key=value\n","s":"t"}"#) == ["Jan 1 sshd[1]: key=value\n", "t"])
    }

    @Test("of a text in _raw that only begins as JSON or XML are that text, and what could be read of it")
    func faultyRaw() throws {
        #expect(
            try scalars(#"{"_raw":"{\"a\":\"x\",\"b\":\"cut","s":"t"}"#) == [#"{"a":"x","b":"cut"#, "t", "x"])
        #expect(try scalars(#"{"_raw":"{evil"}"#) == ["{evil"])
        #expect(
            try scalars(#"{"_raw":"<Event><EventData><Data Name='A'>b</Data><Data Name='C'>cut"}"#)
                == ["<Event><EventData><Data Name='A'>b</Data><Data Name='C'>cut", "b"])
        #expect(try scalars(#"{"_raw":"<< x"}"#) == ["<< x"])
    }

    @Test("of a message behind a priority are the message, and what it holds")
    func priority() throws {
        #expect(try scalars(#"{"_raw":"<38>May  6 host sshd[1]: error"}"#) == ["<38>May  6 host sshd[1]: error"])
        #expect(try scalars(#"{"_raw":"<14>{\"a\":\"x\"}"}"#) == ["x"])
        #expect(
            try scalars(
                #"{"_raw":"<14>May 6 host sysmon: <Event><EventData><Data Name='A'>b</Data></EventData></Event>"}"#)
                == ["b"])
    }
}
