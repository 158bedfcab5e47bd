import Values

/// A place in a document: `a.b{0}.c`, where `{}` stands for every element of an array.
struct JSONPath: Sendable {
    enum Step: Hashable, Sendable {
        case key([UInt8])
        case index(Int)
        case everyElement
    }

    fileprivate let steps: [Step]

    /// Reads a path; every text is one, as what is no index belongs to a key.
    init(_ text: [UInt8]) {
        var steps: [Step] = []
        for part in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: true) {
            var key = part
            var indices: [Step] = []
            while key.last == UInt8(ascii: "}"), let open = key.lastIndex(of: UInt8(ascii: "{")) {
                let inside = key[(open + 1)...].dropLast()
                if inside.isEmpty {
                    indices.append(.everyElement)
                } else if inside.allSatisfy({ $0 &- 0x30 < 10 }), let index = Int(Text(bytes: Array(inside)).string) {
                    indices.append(.index(index))
                } else {
                    break
                }
                key = key[..<open]
            }
            if !key.isEmpty { steps.append(.key(Array(key))) }
            steps += indices.reversed()
        }
        self.steps = steps
    }

    /// A path of one key, taken as it is.
    init(key: [UInt8]) {
        steps = [.key(key)]
    }

    /// What lies at the path: one document, or all that `{}` reached, as an array; `nil` where nothing does.
    func find(in document: JSONDocument) -> JSONDocument? {
        var found: [JSONDocument] = []
        var isSeveral = false
        Self.collect(document, steps[...], into: &found, &isSeveral)
        return isSeveral ? (found.isEmpty ? nil : .array(found)) : found.first
    }

    private static func collect(
        _ document: JSONDocument, _ steps: ArraySlice<Step>, into found: inout [JSONDocument], _ isSeveral: inout Bool
    ) {
        var rest = steps
        // What is no array stands for its only element, however many such steps a path has.
        if case .array = document {} else { rest = rest.drop { $0 == .everyElement } }
        guard let step = rest.popFirst() else {
            found.append(document)
            return
        }
        switch (step, document) {
        case (.key(let key), .object(let members)):
            if let member = members.last(where: { $0.key == key }) {
                collect(member.value, rest, into: &found, &isSeveral)
            }
        case (.index(let index), .array(let elements)):
            if elements.indices.contains(index) { collect(elements[index], rest, into: &found, &isSeveral) }
        case (.everyElement, .array(let elements)):
            isSeveral = true
            for element in elements { collect(element, rest, into: &found, &isSeveral) }
        default: break
        }
    }

    /// The document with another one at the path. Missing keys are made; a path that does not fit changes nothing.
    func setting(_ value: JSONDocument, in document: JSONDocument) -> JSONDocument {
        Self.changed(document, steps[...], makes: true) { _ in value }
    }

    /// The document with what lies at the path changed; nothing is made.
    func changing(_ document: JSONDocument, _ change: (JSONDocument) -> JSONDocument) -> JSONDocument {
        Self.changed(document, steps[...], makes: false, change)
    }

    private static func changed(
        _ document: JSONDocument, _ steps: ArraySlice<Step>, makes: Bool, _ change: (JSONDocument) -> JSONDocument
    ) -> JSONDocument {
        guard let step = steps.first else { return change(document) }
        let rest = steps.dropFirst()
        switch (step, document) {
        case (.key(let key), .object(var members)):
            if let place = members.lastIndex(where: { $0.key == key }) {
                members[place].value = changed(members[place].value, rest, makes: makes, change)
            } else if makes, let made = chain(rest, change) {
                members.append(JSONDocument.Member(key: key, value: made))
            }
            return .object(members)
        case (.index(let index), .array(var elements)):
            if elements.indices.contains(index) {
                elements[index] = changed(elements[index], rest, makes: makes, change)
            }
            return .array(elements)
        case (.everyElement, .array(let elements)):
            return .array(elements.map { changed($0, rest, makes: makes, change) })
        default: return document
        }
    }

    /// Objects within objects for the keys that are not there yet; `nil` where an element of an array would have to be
    /// made, or more objects than a document may nest.
    private static func chain(
        _ steps: ArraySlice<Step>, _ change: (JSONDocument) -> JSONDocument
    ) -> JSONDocument? {
        guard steps.count < JSONDocument.maximumDepth else { return nil }
        var made = change(.null)
        for step in steps.reversed() {
            guard case .key(let key) = step else { return nil }
            made = .object([JSONDocument.Member(key: key, value: made)])
        }
        return made
    }

}

/// Keys that are taken out of a document, by their paths: all of them in one walk, however many they are. Keys only, no
/// elements of arrays.
struct JSONDeletion {
    private var keys: [[UInt8]: JSONDeletion] = [:]
    private var elements: [Int: JSONDeletion] = [:]
    private var everyElement: [JSONDeletion] = []
    private var isDeleted = false

    /// Adds what lies at a path. One of more steps than a document may nest leads nowhere.
    mutating func insert(_ path: JSONPath) {
        guard case .key? = path.steps.last, path.steps.count <= JSONDocument.maximumDepth else { return }
        insert(path.steps[...])
    }

    private mutating func insert(_ steps: ArraySlice<JSONPath.Step>) {
        let rest = steps.dropFirst()
        switch steps.first {
        case .key(let key)?: keys[key, default: JSONDeletion()].insert(rest)
        case .index(let index)?: elements[index, default: JSONDeletion()].insert(rest)
        case .everyElement?:
            if everyElement.isEmpty { everyElement = [JSONDeletion()] }
            everyElement[0].insert(rest)
        case nil: isDeleted = true
        }
    }

    /// What is left of a document.
    func applied(to document: JSONDocument) -> JSONDocument {
        switch document {
        case .object(let members) where !keys.isEmpty:
            return .object(
                members.compactMap { member in
                    guard let deletion = keys[member.key] else { return member }
                    if deletion.isDeleted { return nil }
                    return JSONDocument.Member(key: member.key, value: deletion.applied(to: member.value))
                })
        case .array(var array):
            if let every = everyElement.first { array = array.map(every.applied) }
            for (index, deletion) in elements where array.indices.contains(index) {
                array[index] = deletion.applied(to: array[index])
            }
            return .array(array)
        default: return document
        }
    }
}
