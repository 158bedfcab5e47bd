import Pipeline

extension Reshaping {
    /// The command in one line, in the syntax of a search.
    var explanation: String {
        switch self {
        case .fillDown(let fields): fields.isEmpty ? "filldown" : "filldown " + QuotedText.names(fields)
        case .expansion(let field, let limit):
            "mvexpand " + QuotedText.name(field) + (limit == 0 ? "" : " limit=\(limit)")
        case .combination(let field, let delimiter):
            "mvcombine delim=\(QuotedText.string(delimiter.bytes)) " + QuotedText.name(field)
        case .columnTotals(let totals):
            "addcoltotals" + (totals.labelColumn.map { " labelfield=" + QuotedText.name($0) } ?? "")
                + " label=" + QuotedText.string(Array(totals.label.utf8))
                + (totals.fields.isEmpty ? "" : " " + QuotedText.names(totals.fields))
        case .runningTotal(let field, let column):
            "accum " + QuotedText.name(field) + " AS " + QuotedText.name(column)
        case .difference(let field, let column, let distance):
            "delta " + QuotedText.name(field) + " AS " + QuotedText.name(column) + " p=\(distance)"
        case .lags(let field, let lags):
            lags.map {
                "autoregress " + QuotedText.name(field) + " AS " + QuotedText.name($0.column) + " p=\($0.distance)"
            }.joined(separator: " | ")
        case .untable(let key, let nameColumn, let valueColumn):
            "untable " + [key, nameColumn, valueColumn].map(QuotedText.name).joined(separator: " ")
        case .series(let series):
            "xyseries "
                + ([series.key, series.nameField] + series.valueFields).map(QuotedText.name).joined(separator: " ")
                + (series.valueFields.count > 1 ? " format=" + QuotedText.string(Array(series.format.utf8)) : "")
        case .outliers(let rule): rule.explanation
        case .trends(let trends):
            "trendline "
                + trends.map { "\($0.kind.rawValue)\($0.period)(\($0.field)) AS " + QuotedText.name($0.column) }
                .joined(separator: " ")
        case .transposition(let transposition):
            "transpose \(transposition.limit) column_name=" + QuotedText.name(transposition.nameColumn)
                + (transposition.headerField.map { " header_field=" + QuotedText.name($0) } ?? "")
                + (transposition.includesEmpty ? "" : " include_empty=false")
        case .uniqueRows: "uniq"
        case .contingency(let table): table.explanation
        case .concurrency(let rule):
            "concurrency duration=" + QuotedText.name(rule.duration) + " start=" + QuotedText.name(rule.start)
                + " output=" + QuotedText.name(rule.column)
        case .summary(let summary):
            "fieldsummary maxvals=\(summary.maximumValues)"
                + (summary.fields.isEmpty ? "" : " " + QuotedText.names(summary.fields))
        case .json(let json): json.explanation
        case .tables(let table): table.explanation
        case .formatted(let format): format.explanation
        case .rowSets(let operation): "set \(operation.kind.rawValue), of the searches above"
        }
    }
}

extension RowFormat {
    fileprivate var explanation: String {
        let words = [rowPrefix, columnPrefix, columnSeparator, columnEnd, rowSeparator, rowEnd]
        return "format maxresults=\(limit) mvsep=\(QuotedText.string(Array(valueSeparator.utf8))) emptystr="
            + ([emptyText] + words).map { QuotedText.string(Array($0.utf8)) }.joined(separator: " ")
    }
}

extension OutlierRule {
    fileprivate var explanation: String {
        "outlier action=\(removesRows ? "remove" : "transform") param=" + TimeSpan.text(.number(factor))
            + (marks ? " mark=true" : "") + (looksBelow ? " uselower=true" : "")
            + (fields.isEmpty ? "" : " " + QuotedText.names(fields))
    }
}

extension Contingency {
    fileprivate var explanation: String {
        "contingency maxrows=\(maximumRows) maxcols=\(maximumColumns)"
            + (rowCover < 1 ? " minrowcover=" + TimeSpan.text(.number(rowCover)) : "")
            + (columnCover < 1 ? " mincolcover=" + TimeSpan.text(.number(columnCover)) : "")
            + (total.map { " totalstr=" + QuotedText.string(Array($0.utf8)) } ?? " usetotal=false")
            + " " + QuotedText.names([rows, columns])
    }
}

extension RowJSON {
    fileprivate var explanation: String {
        "tojson default_type=\(kind.rawValue)" + (fillsMissing ? " fill_null=true" : "")
            + (includesInternal ? " include_internal=true" : "") + " output_field=" + QuotedText.name(column)
            + fields.map { " \($0.kind.rawValue)(\($0.name))" }.joined()
    }
}

extension RawTable {
    fileprivate var explanation: String {
        "multikv" + (headerLine.map { " forceheader=\($0)" } ?? "") + (hasNoHeader ? " noheader=true" : "")
            + (removesOriginal ? "" : " rmorig=false") + (copiesFields ? "" : " copyattrs=false")
            + (fields.isEmpty ? "" : " fields " + QuotedText.names(fields))
            + (filter.isEmpty
                ? "" : " filter " + filter.map { QuotedText.string($0.bytes) }.joined(separator: " "))
    }
}
