import Values

extension Value {
    /// What equal values are alike in: a number is its text, and a list of one its only text.
    var comparable: Value {
        if case .multivalue(let texts) = self { return texts.count == 1 ? .text(texts[0]) : self }
        return singleText.map { .text($0) } ?? .missing
    }
}
