import Pipeline
import Values

extension Extraction {
    /// The command in one line, in the syntax of a search.
    var explanation: String {
        switch self {
        case .pattern(let extraction):
            "rex field=\(QuotedText.name(extraction.field)) \(QuotedText.string(extraction.pattern.bytes))"
                + (extraction.maximumMatches == 1 ? "" : " max_match=\(extraction.maximumMatches)")
                + (extraction.offsetField.map { " offset_field=" + QuotedText.name($0) } ?? "")
        case .substitution(let field, let script):
            "rex field=\(QuotedText.name(field)) mode=sed \(QuotedText.string(script.source))"
        case .condition(let condition):
            "regex \(QuotedText.name(condition.field))\(condition.isInverted ? "!=" : "=")"
                + QuotedText.string(condition.pattern.bytes)
        case .replacement(let replacement):
            "replace "
                + replacement.rules.map {
                    QuotedText.string($0.pattern.bytes) + " WITH " + QuotedText.string($0.replacement.bytes)
                }.joined(separator: ", ")
                + (replacement.fields.isEmpty ? "" : " IN " + QuotedText.names(replacement.fields))
        case .filling(let value, let fields, _):
            "fillnull value=" + QuotedText.string(value.bytes) + (fields.isEmpty ? "" : " " + QuotedText.names(fields))
        case .splitting(let splitting): "makemv " + splitting.option + " " + QuotedText.name(splitting.field)
        case .joining(let field, _): "nomv " + QuotedText.name(field)
        case .concatenation(let concatenation):
            "strcat " + (concatenation.needsAll ? "allrequired=true " : "")
                + concatenation.parts.map { part in
                    switch part {
                    case .field(let name): name
                    case .text(let text): QuotedText.string(text.bytes)
                    }
                }.joined(separator: " ") + " " + QuotedText.name(concatenation.column)
        case .path(let extraction): extraction.explanation
        case .pairs(let extraction): extraction.explanation
        case .computedName(let assignment):
            "eval "
                + assignment.name.map { part in
                    switch part {
                    case .field(let name): "{\(name)}"
                    case .text(let text): text
                    }
                }.joined() + " = " + assignment.expression.searchText
        case .iteration(let iteration): iteration.explanation
        case .total(let total):
            "addtotals fieldname=" + QuotedText.name(total.column)
                + (total.fields.isEmpty ? "" : " " + QuotedText.names(total.fields))
        case .searchInformation: "addinfo"
        }
    }
}

extension ValueSplitting {
    fileprivate var option: String {
        switch separation {
        case .delimiter(let text): "delim=" + QuotedText.string(text.bytes)
        case .tokens(let pattern): "tokenizer=" + QuotedText.string(pattern.bytes)
        }
    }
}

extension PathExtraction {
    fileprivate var explanation: String {
        let field = QuotedText.name(field)
        let column = QuotedText.name(column)
        switch path {
        case .data(let path):
            return "spath input=\(field) output=\(column) path=" + QuotedText.string(Array(path.text.utf8))
        case .xml(let path):
            let filling = otherwise.map { " default=" + QuotedText.string($0.bytes) } ?? ""
            return "xpath field=\(field) outfield=\(column)\(filling) " + QuotedText.string(Array(path.text.utf8))
        }
    }
}

extension PairExtraction {
    fileprivate var explanation: String {
        switch form {
        case .document: return "spath input=" + QuotedText.name(field)
        case .elements: return "xmlkv " + QuotedText.name(field)
        case .members(let prefix):
            return "fromjson " + QuotedText.name(field)
                + (prefix.isEmpty ? "" : " prefix=" + QuotedText.string(Array(prefix.utf8)))
        case .pairs(let format):
            var text = "extract limit=\(format.maximumPairs) maxchars=\(format.maximumLength)"
            if let delimiters = format.delimiters {
                text += " pairdelim=" + QuotedText.string(delimiters.pairs.bytes)
                text += " kvdelim=" + QuotedText.string(delimiters.values.bytes)
            }
            if format.isMultivalue { text += " mv_add=true" }
            if !format.cleansNames { text += " clean_keys=false" }
            return text
        }
    }
}

extension FieldIteration {
    /// With the words of the template where the body has placeholders.
    fileprivate var explanation: String {
        var text = body.map(\.explanation).joined(separator: " | ")
        let words: [(Placeholder, String)] = [
            (.field, "<<FIELD>>"), (.match, "<<MATCHSTR>>"), (.segment1, "<<MATCHSEG1>>"),
            (.segment2, "<<MATCHSEG2>>"), (.segment3, "<<MATCHSEG3>>"), (.item, "<<ITEM>>"),
        ]
        for (placeholder, word) in words {
            text = Self.replaced(placeholder.scalar, by: word, in: text)
            text = Self.replaced(placeholder.quotedScalar, by: word, in: text)
        }
        switch mode {
        case .fields(let fields): return "foreach \(QuotedText.names(fields)) [ \(text) ]"
        case .values(let field, let isArray):
            return "foreach mode=\(isArray ? "json_array" : "multivalue") \(QuotedText.name(field)) [ \(text) ]"
        }
    }

    private static func replaced(_ scalar: Unicode.Scalar, by word: String, in text: String) -> String {
        text.unicodeScalars.split(separator: scalar, omittingEmptySubsequences: false).map(String.init)
            .joined(separator: word)
    }
}

extension SedScript {
    /// As it could be written.
    fileprivate var source: [UInt8] {
        var result: [UInt8] = []
        for command in commands {
            if !result.isEmpty { result.append(Byte.space) }
            switch command {
            case .substitute(let pattern, let replacement, let first, let isGlobal):
                result += Array("s/".utf8) + pattern.bytes + Array("/".utf8)
                for part in replacement {
                    switch part {
                    case .text(let text): result += Self.escaped(text)
                    case .group(let number): result += Array("\\\(number)".utf8)
                    }
                }
                result += Array("/\(first > 1 ? "\(first)" : "")\(isGlobal ? "g" : "")".utf8)
            case .translate(let from, let to):
                result += Array("y/".utf8) + from.flatMap(Self.escaped) + Array("/".utf8)
                result += to.flatMap(Self.escaped) + Array("/".utf8)
            }
        }
        return result
    }

    private static func escaped(_ text: Text) -> [UInt8] {
        text.bytes.flatMap { byte in
            byte == UInt8(ascii: "/") || byte == Byte.backslash ? [Byte.backslash, byte] : [byte]
        }
    }
}
