@main enum StoreProcess { static func main() {} }
