/// Which columns stand side by side, and how wide each is.
struct TableLayout {
    /// Columns between two columns.
    static let gap = 2

    struct Column {
        var index: Int
        var width: Int
        var isRightAligned: Bool
    }

    let columns: [Column]
    /// Columns that hold the same in every row and are told once, since they did not fit; by their index.
    let commons: [Int]
    /// Columns whose values stand on lines of their own below their row; by their index.
    let below: [Int]

    /// A key column is cut only where it is wider than this.
    private static let keyWidth = 40
    /// A value that is cut to less says little of a command line, so it goes below its row if it may.
    private static let readableWidth = 40
    /// What is left of a value that is cut must still say something, else records read better.
    private static let leastWidth = 20
    /// With more than so many lines below each row, records read better.
    private static let mostBelow = 2

    /// `nil` where the columns would have to be cut beyond recognition.
    init?(columns: [TextTable.Column], measures: [ColumnMeasure], rowCount: Int, width: Int) {
        let all = Array(columns.indices)
        let commons = rowCount > 1 ? all.filter { measures[$0].common != nil && columns[$0].priority == .detail } : []
        let varying = all.filter { !commons.contains($0) }
        // What leaves most as it is comes first.
        let choices: [(shown: [Int], commons: [Int])] = commons.isEmpty ? [(all, [])] : [(all, []), (varying, commons)]
        for (shown, commons) in choices {
            guard let widths = Self.widths(of: shown, columns, measures, width, least: Self.readableWidth) else {
                continue
            }
            self.init(shown, widths, columns, measures, commons: commons, below: [])
            return
        }
        for (shown, commons) in choices {
            guard let (rest, widths, below) = Self.widthsWithBelow(of: shown, columns, measures, width) else {
                continue
            }
            self.init(rest, widths, columns, measures, commons: commons, below: below)
            return
        }
        for (shown, commons) in choices {
            guard let widths = Self.widths(of: shown, columns, measures, width, least: Self.leastWidth) else {
                continue
            }
            self.init(shown, widths, columns, measures, commons: commons, below: [])
            return
        }
        return nil
    }

    /// The layout with as few of the widest columns below as are needed for the others to fit.
    private static func widthsWithBelow(
        of shown: [Int], _ columns: [TextTable.Column], _ measures: [ColumnMeasure], _ width: Int
    ) -> (shown: [Int], widths: [Int], below: [Int])? {
        let movable = shown.filter { index in
            columns[index].overflow == .below && columns[index].priority == .detail && !measures[index].isNumeric
                && measures[index].width > readableWidth
        }
        let widestFirst = movable.sorted { (measures[$1].width, $0) < (measures[$0].width, $1) }
        for count in 1...mostBelow where count <= widestFirst.count {
            let below = widestFirst.prefix(count).sorted()
            let rest = shown.filter { !below.contains($0) }
            if !rest.isEmpty, let widths = widths(of: rest, columns, measures, width, least: readableWidth) {
                return (rest, widths, below)
            }
        }
        return nil
    }

    private init(
        _ shown: [Int], _ widths: [Int], _ columns: [TextTable.Column], _ measures: [ColumnMeasure], commons: [Int],
        below: [Int]
    ) {
        self.commons = commons
        self.below = below
        self.columns = zip(shown, widths).map { index, width in
            let isRight =
                switch columns[index].alignment {
                case .automatic: measures[index].isNumeric
                case .left: false
                case .right: true
                }
            return Column(index: index, width: width, isRightAligned: isRight)
        }
    }

    /// Every column gets what it needs, but the widest details share what is left evenly; `nil` where that is less than
    /// `least` columns for one of them.
    private static func widths(
        of shown: [Int], _ columns: [TextTable.Column], _ measures: [ColumnMeasure], _ width: Int, least: Int
    ) -> [Int]? {
        if shown.isEmpty { return nil }
        var room = width - gap * (shown.count - 1)
        var widths = shown.map { measures[$0].width }
        var details: [Int] = []
        for (place, index) in shown.enumerated() {
            let measure = measures[index]
            if measure.isNumeric || columns[index].content == .time {
                room -= widths[place]
            } else if columns[index].priority == .key {
                widths[place] = min(measure.width, keyWidth)
                room -= widths[place]
            } else {
                details.append(place)
            }
        }
        if room < 0 { return nil }
        // From the narrowest on, each takes what it needs up to an even share of what is left for it and the wider ones.
        details.sort { (widths[$0], $0) < (widths[$1], $1) }
        for (rank, place) in details.enumerated() {
            let share = room / (details.count - rank)
            if widths[place] > share {
                if share < least { return nil }
                widths[place] = share
            }
            room -= widths[place]
        }
        return widths
    }
}
