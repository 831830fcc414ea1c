"""The account of a retailer as it is found in the wild: some of it well defended, some not.

Data only: `create/` makes it, `expectations.py` says what an audit must find in it.
"""

from estate import ap_southeast_2, eu_west_1, roles, us_east_1
from estate.model import Estate

ESTATE = Estate(
    roles=roles.ROLES,
    regions=(eu_west_1.REGION, us_east_1.REGION, ap_southeast_2.REGION),
)
