import { toStem } from "./stem.ts";

/**
 * Words that say the same or nearly so when somebody describes an everyday task. Written for this pack, by
 * subject and from general English, not from any realm's katas: a group belongs here when a dictionary of
 * synonyms would hold it. It knows no other language and no trade's own terms.
 */
const groups = `
  pay payment paid bill invoice charge fee
  cost price fare amount expense
  cheap cheaper discount bargain
  buy bought purchase order shop shopping
  sell sold sale
  money cash currency funds
  spend spent spending expense budget
  subscription membership recurring
  coupon voucher discount
  gift present
  refund reimburse reimbursement
  salary wage payroll
  tax accountant accounting bookkeeping
  bank account
  share stock
  quote quotation offer estimate
  mail email inbox message
  letter mail message
  reply answer respond response
  send sent forward
  parcel package shipment shipping delivery
  address contact
  calendar schedule agenda
  meeting conference
  meeting appointment
  call phone
  meet meeting
  remind reminder remember forget forgot
  date deadline due
  expire expiry end expired
  day daily
  week weekly
  month monthly
  year yearly annual annually
  morning breakfast
  night nightly overnight evening tonight
  holiday vacation trip leave
  late delay delayed
  alert alarm warn warning notify notification
  watch monitor track observe
  check verify inspect test
  website site page homepage web
  server host machine computer
  computer laptop drive disk
  repo repository
  bug error issue defect fault
  fail failure crash broken break
  down offline outage
  backup copy save
  restore recover recovery
  delete remove erase
  clean cleanup tidy clear
  password credential secret login
  hack breach leak attack
  scam phishing fraud
  permission access right
  slow performance
  code program software app
  database sql
  library dependency
  merge combine join
  split divide share
  together join combine merge
  convert transform turn
  encrypt protect lock
  update upgrade patch
  duplicate copy double twice same identical
  space size storage full
  photo picture image
  camera picture photo
  video film movie clip
  music song
  audio sound voice recording
  noise hum
  transcript transcribe transcription
  subtitle caption
  document file paper
  note memo
  diary journal
  summary summarize digest overview
  summary sum
  report statistics
  write written draft compose
  scan scanned ocr
  agreement contract
  form questionnaire survey
  feedback comment review
  table spreadsheet excel
  chart graph diagram
  translate translation language
  unusual strange odd anomaly abnormal
  number figure metric
  risk danger risky
  home house household
  heating thermostat temperature
  light lamp
  plant flower garden
  housework chore
  food meal eat ate dinner cook recipe
  grocery food
  water drink
  child children kid
  electricity power energy
  family parent
  customer client buyer
  employee colleague staff coworker worker
  boss manager
  company business organization firm
  people person somebody someone anybody anyone everybody everyone
  recruit hire recruiting
  job position
  resume cv application
  doctor physician
  medicine medication pill
  flight plane fly airline
  train railway
  hotel accommodation
  car drive drove vehicle
  pack packing luggage suitcase
  plan planning itinerary
  exercise workout training fitness sport
  sleep slept
  walk step
  weather rain forecast
  study learn
  exam test
  school class
  article news story
  post publish
  newsletter subscription
  follower audience
  research science scientific
  task todo
  lead prospect
  free available
  private privacy personal
  find found search
  lose lost
  begin start
`;

/** Words of talking rather than of tasks: they may decide between two katas, but never make one fit. */
const chatter = `
  actually again always anybody anymore anyone anything around automatically away back bad best better can
  change check choose come doesn don eight else ever everybody everyone figure find first five forever
  forget forgot four full give go going good great happen hello hi idea important instead isn just keep kind
  know last later left less list long look lot maybe mean much near need new next nice nine nobody none
  nothing notice now often okay once one open own people per person place please prepare problem put quick
  quickly ready real really remember right run see set seven show simple six so somebody someone somewhere
  soon start stay still stop stuff sure take tell ten thank thing think three time times today tool turn two
  use used useful using usually version via way well without won work yes day week month year hour minute
`;

const related = toRelated(groups);
const chatterStems: ReadonlySet<string> = new Set(chatter.trim().split(/\s+/).map(toStem));

/** The stems of words that mean nearly what this one means, without itself. */
export function relatedStems(stem: string): ReadonlySet<string> {
  return related.get(stem) ?? new Set();
}

/** The words that say what the task is, rather than being heard in needs of every kind; all, where none does. */
export function tellingOf<Word extends { stem: string }>(words: readonly Word[]): readonly Word[] {
  const telling = words.filter(({ stem }) => !chatterStems.has(stem));
  return telling.length === 0 ? words : telling;
}

function toRelated(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const line of text.trim().split("\n")) {
    const stems = new Set(line.trim().split(" ").map(toStem));
    for (const stem of stems) {
      const others = all.get(stem) ?? new Set();
      for (const other of stems) if (other !== stem) others.add(other);
      all.set(stem, others);
    }
  }
  return all;
}
