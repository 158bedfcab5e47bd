import Values

/// A place in JSON or XML as `spath` writes it: names parted by dots, each perhaps with indexes in braces.
///
/// `a.b{}.c{0}` goes into every member of an array and into one of them; `a{@b}` is an attribute of an XML element. Members
/// of JSON arrays count from 0, repeated XML elements from 1, as Splunk documents.
public struct DataPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case name([UInt8])
        case every
        case index(Int)
        case attribute([UInt8])
    }

    /// As it is written, and so the name of the field that it gives.
    public let text: String
    let steps: [Step]

    /// How many steps a path may have: documents are walked a step at a time.
    static let maximumSteps = 100

    /// `nil` where braces are not closed or hold what is no index, or where there are too many steps.
    public init?(_ text: String) {
        self.text = text
        var steps: [Step] = []
        let bytes = Array(text.utf8)
        var name: [UInt8] = []
        var index = 0
        func endName() {
            if !name.isEmpty { steps.append(.name(name)) }
            name = []
        }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "."):
                endName()
            case UInt8(ascii: "{"):
                endName()
                guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
                let inside = bytes[(index + 1)..<close]
                if inside.isEmpty {
                    steps.append(.every)
                } else if inside.first == UInt8(ascii: "@") {
                    steps.append(.attribute(Array(inside.dropFirst())))
                } else if let number = Int(String(decoding: inside, as: UTF8.self)), number >= 0 {
                    steps.append(.index(number))
                } else {
                    return nil
                }
                index = close
            default:
                name.append(bytes[index])
            }
            index += 1
        }
        endName()
        guard !steps.isEmpty, steps.count <= Self.maximumSteps else { return nil }
        self.steps = steps
    }

    /// The texts at the path in a JSON or XML text, in its order; none where it is neither.
    func texts(in text: [UInt8]) -> [Text] {
        switch DocumentKind(of: text) {
        case .json: return text.withUnsafeBytes { JSONWalker($0).texts(at: steps[...]) }
        case .xml: return XMLDocument(text)?.texts(at: steps) ?? []
        case nil: return []
        }
    }
}

/// What a text seems to be.
enum DocumentKind {
    case json, xml

    init?(of text: [UInt8]) {
        switch text.first(where: { $0 > 0x20 }) {
        case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
        case UInt8(ascii: "<"): self = .xml
        default: return nil
        }
    }
}
