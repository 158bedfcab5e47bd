import YAML

/// What a YAML document of a content folder is, told by its keys.
enum DocumentKind {
    case detection
    /// Meant as a detection, but the search is missing.
    case detectionWithoutSearch
    case sigma
    case macro
    case deployment
    /// Something that no search is made from; how it is called in a report.
    case other(String)

    init(_ document: YAMLNode) {
        guard let mapping = document.mapping else {
            self = .other(document.isNull ? "an empty document" : "\(document.kindName), not a mapping")
            return
        }
        func has(_ keys: String...) -> Bool { keys.contains { mapping[$0] != nil } }
        if has("search") {
            self = .detection
        } else if has("detection", "correlation", "filter", "logsource") {
            self = .sigma
        } else if has("definition") {
            self = .macro
        } else if has("scheduling", "alert_action") {
            self = .deployment
        } else if has("filename", "collection", "match_type", "lookup_type") {
            self = .other("a lookup definition")
        } else if has("narrative") {
            self = .other("an analytic story")
        } else if has("known_false_positives", "how_to_implement", "drilldown_searches") {
            self = .detectionWithoutSearch
        } else if has("supported_TA", "sourcetype", "convert_to_log_source") {
            self = .other("a data source")
        } else {
            self = .other("a document with none of the keys search, detection, correlation, filter")
        }
    }

    var isSigma: Bool {
        if case .sigma = self { true } else { false }
    }

    var isDetection: Bool {
        if case .detection = self { true } else { false }
    }

    /// Whether a text that is no YAML was meant as a Sigma document: a line begins with one of its keys.
    static func looksLikeSigma(_ bytes: [UInt8]) -> Bool {
        let keys = ["logsource:", "detection:", "correlation:"].map { Array($0.utf8) }
        return bytes.split(separator: UInt8(ascii: "\n")).contains { line in keys.contains { line.starts(with: $0) } }
    }
}
