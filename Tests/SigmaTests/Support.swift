import Sigma
import Testing
import YAML

/// What is read of a text, without what is odd about it.
func read(_ text: String, file: String = "rule.yml") throws -> SigmaFile {
    SigmaFile(try YAMLStream(Array(text.utf8), file: file).documents, file: file)
}

/// A rule with a detection, indented under `detection:` as it is given.
func ruleText(_ detection: String) -> String {
    let lines = detection.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
    return "title: a rule\nlogsource: {product: windows, category: process_creation}\ndetection:\n"
        + lines.joined(separator: "\n") + "\n"
}

/// The one rule of a text; a failed expectation where it is refused.
func rule(_ detection: String) throws -> SigmaRule {
    let file = try read(ruleText(detection))
    let first = file.documents.first
    guard case .rule(let rule) = first else {
        throw file.failures.first?.error ?? SigmaError(file: "", path: "", mark: YAMLMark(), reason: "no rule")
    }
    return rule
}

/// Why a detection is refused, as it is read or as it is compiled; `nil` where it is not.
func refusal(_ detection: String, placeholders: SigmaPlaceholders = SigmaPlaceholders()) throws -> SigmaError? {
    let file = try read(ruleText(detection))
    if let failure = file.failures.first { return failure.error }
    guard case .rule(let rule) = file.documents.first else { return nil }
    do {
        _ = try SigmaCompiler(placeholders: placeholders).compile(rule, source: .logsource("any"))
        return nil
    } catch {
        return error
    }
}

/// Placeholders as a file of them gives them.
func placeholders(_ text: String) throws -> SigmaPlaceholders {
    try SigmaPlaceholders(try YAMLStream(Array(text.utf8), file: "values.yml").documents, file: "values.yml")
}
