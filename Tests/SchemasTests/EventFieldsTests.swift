import Events
import Testing
import Values

@testable import Schemas

@Suite("All fields of an event")
struct EventFieldsTests {
    private let schema: Schema
    private let derived: Set<String>

    init() throws {
        schema = Schema.shared
        derived = Set(schema.eventSources.flatMap(\.fields.keys))
    }

    private func reader(_ names: [String] = []) throws -> (EventReader, FieldMap) {
        let requests = names.map { FieldMap.Request(view: .events, name: $0) }
        let map = try FieldMap(schema: schema, requests: requests, views: [.events])
        return (EventReader(map: map, zone: .utc), map)
    }

    private func all(_ line: String) throws -> [String: [String]] {
        all(line, try reader().0, EventFields(schema: schema))
    }

    private func all(_ line: String, _ reader: EventReader, _ fields: EventFields) -> [String: [String]] {
        Array(line.utf8).withUnsafeBytes { bytes in
            #expect(reader.read(bytes) == nil, "\(line)")
            var found: [String: [String]] = [:]
            for field in fields.fields(of: reader) {
                #expect(found[field.name.string] == nil, "\(field.name) is given twice")
                found[field.name.string] = field.value.texts.map(\.string)
            }
            return found
        }
    }

    @Test("are what a search for each of their names finds, in every shape", arguments: try! MappingCase.all())
    func named(sample: MappingCase) throws {
        for line in sample.lines {
            let fields = try all(line)
            #expect(!fields.isEmpty)
            let names = fields.keys.filter { !derived.contains($0) && !$0.hasPrefix("Event.") }.sorted()
            let (reader, map) = try reader(names)
            try Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                for name in names {
                    let field = try #require(map.field(FieldMap.Request(view: .events, name: name)))
                    let values = reader.values(of: field)
                    let texts = (0..<values.count).map { String(decoding: values[$0], as: UTF8.self) }
                    #expect(texts == fields[name], "\(name) in \(line)")
                }
            }
        }
    }

    @Test("are the same whichever events came before")
    func oneAfterTheOther() throws {
        let own = [
            #"{"a":1,"b":{"c":2}}"#, #"{"b":{"c":3},"a":4,"b":5}"#, #"{"b":5,"b":{"c":[1,2]},"a":null}"#,
            #"{"preview":false,"result":{"user":["u","v"],"a":{"b":1}}}"#, #"{"a{}":["1"],"b.c":"2"}"#,
        ]
        let lines = try MappingCase.all().flatMap(\.lines) + own
        let (reader, _) = try reader()
        let expected = lines.map { all($0, reader, EventFields(schema: schema)) }
        let fields = EventFields(schema: schema)
        let mixed = lines.indices.flatMap { [$0, $0 * 7 % lines.count] }
        for index in Array(lines.indices) + lines.indices.reversed() + mixed {
            #expect(all(lines[index], reader, fields) == expected[index], "\(lines[index])")
        }
    }

    @Test(
        "have the last value of a key that comes again, and nothing of what it took the place of",
        arguments: [
            (#"{"a":1,"a":2}"#, ["a": ["2"]]),
            (#"{"a":1,"a":null}"#, [:]),
            (#"{"a":{"b":1,"c":1},"a":{"b":2}}"#, ["a.b": ["2"]]),
            (#"{"a":{"b":1},"a":2}"#, ["a": ["2"]]),
            (#"{"a":2,"a":{"b":1}}"#, ["a.b": ["1"]]),
            (#"{"a":[1,2],"a":[3]}"#, ["a{}": ["3"]]),
            (#"{"ab":1,"a":{"b":1},"a":3}"#, ["ab": ["1"], "a": ["3"]]),
            (#"{"a.b":1,"a":{"c":2}}"#, ["a.b": ["1"], "a.c": ["2"]]),
        ] as [(String, [String: [String]])])
    func duplicates(line: String, expected: [String: [String]]) throws {
        #expect(try all(line) == expected)
    }

    @Test(
        "are written with dots and braces",
        arguments: [
            (#"{"a":[[1,[2]],{"b":[{"c":3}]},{"b":[{"c":4}]}]}"#, ["a{}": ["1", "2"], "a{}.b{}.c": ["3", "4"]]),
            (#"{"\u0061 b":"\u00e9\n","c d":{"e f":1}}"#, ["ab": ["é\n"], "cd.e f": ["1"]]),
            (#"{"a":{},"b":[],"c":"","d":null,"e":false}"#, ["e": ["false"]]),
            (#"{"_time":1,"_raw":"x=1 y=\"2 3\" x=4","z":5}"#, ["x": ["1"], "y": ["2 3"], "z": ["5"]]),
            (#"{"_raw":"{\"a\":1,\"b\":{\"c\":2","a":3}"#, ["a": ["3"], "b.c": ["2"]]),
        ] as [(String, [String: [String]])])
    func paths(line: String, expected: [String: [String]]) throws {
        #expect(try all(line) == expected)
    }

    @Test("are limited in number and depth, whatever an event holds")
    func limits() throws {
        let many = "{" + (0..<5_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try all(many).count == EventFields.limit)
        let deep = String(repeating: #"{"a":"#, count: 500) + "1" + String(repeating: "}", count: 500)
        #expect(try all(deep).isEmpty)
        let after = #"{"x":"# + deep + #","y":2}"#
        #expect(try all(after) == ["y": ["2"]])
        // Paths behind those that are known of one event are none of its fields, and the next event has all of its own.
        let endless = "{" + (0..<50_000).map { "\"n\($0)\":null" }.joined(separator: ",") + ",\"z\":1}"
        #expect(try all(endless).isEmpty)
        let again = "{" + (0..<3_000).map { "\"k\($0 % 2)\":{\"a\":\($0)}" }.joined(separator: ",") + "}"
        #expect(try all(again) == ["k0.a": ["2998"], "k1.a": ["2999"]])
    }
}
